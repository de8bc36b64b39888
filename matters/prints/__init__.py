"""Prints of a published matter: 一次性告知单, wall panel, leaflet, empty forms and filled samples."""
