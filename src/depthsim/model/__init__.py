"""The nouns: frozen values for everything that depthsim speaks of. No file, no graph, no clock."""
