"""What every op stands on: tensors, nodes, the kinds of rules, dispatch, modes, dtypes. It knows no op."""
