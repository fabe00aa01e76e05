"""Importers: read an agency's own publication into stations."""
