"""The Class tab: a room in which a class asks its question together."""
