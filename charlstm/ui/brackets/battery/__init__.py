"""The battery: the probe's question asked of many seed texts."""
