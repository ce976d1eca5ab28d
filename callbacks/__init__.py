"""What happens when someone moves something: read the inputs, call one thing, return."""
