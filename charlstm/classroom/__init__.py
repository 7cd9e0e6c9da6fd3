"""A room in which a class asks one question together: its people, shared samples and rounds."""
