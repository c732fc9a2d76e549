"""Everything that the film commands read from the catalog."""
