"""A wall's design, content and rendering; its links, screens and pairing."""
