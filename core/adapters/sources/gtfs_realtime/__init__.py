"""An agency's GTFS-realtime Alerts feed, protobuf or JSON, with the Mercury extension."""
