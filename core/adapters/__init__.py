"""The outside, translated to the ports; an adapter never judges."""
