"""The features. Each package is an extension, loaded and reloaded by itself."""
