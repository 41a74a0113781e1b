// Filled in by the spawn shim.
