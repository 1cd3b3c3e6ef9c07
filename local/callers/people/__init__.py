"""The scripted callers, one file each; a file is found by being here and naming a `PERSONA`."""
