"""The bureau's notices for other systems: Atom, JSON Feed, GTFS-realtime Alerts, CAP."""
