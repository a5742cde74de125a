"""The assessment (评估): indicators of a scheme computed from guides, processes, the city's inventory and evidence."""
