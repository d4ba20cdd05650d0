"""Small services: checkpointing, hook handles."""
