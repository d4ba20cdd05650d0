"""Shapes, turning, repeating, padding, joining and cutting."""

from __future__ import annotations

import numpy as np

from .case import Case, sample

x3 = sample(2, 3, 4)
m = sample(3, 4)
v = sample(5)
c = sample(3, seed=1) + 1j * sample(3, seed=2)
window = np.lib.stride_tricks.sliding_window_view

CASES = {
    "np.reshape": [
        Case(lambda x: np.reshape(x, (4, -1)), x3),
        Case(lambda x: np.reshape(x, (6, 4), order="F"), x3, note="fortran"),
        Case(lambda x: np.reshape(x.T, 12, order="A"), m, note="any order"),
        Case(lambda x: np.reshape(x, (1, 1)), sample(), note="0-d"),
    ],
    "np.ravel": [
        Case(np.ravel, m), Case(lambda x: np.ravel(x, order="F"), x3, note="fortran"),
        Case(lambda x: np.ravel(np.transpose(x, (1, 2, 0)), order="K"), x3, note="as it lies"),
    ],
    "np.transpose": [Case(np.transpose, x3), Case(lambda x: np.transpose(x, (1, -1, 0)), x3)],
    "np.matrix_transpose": [Case(np.matrix_transpose, x3), Case(np.linalg.matrix_transpose, m)],
    "np.swapaxes": [Case(lambda x: np.swapaxes(x, 0, -1), x3), Case(lambda x: np.swapaxes(x, 0, 0), v)],
    "np.moveaxis": [
        Case(lambda x: np.moveaxis(x, 0, -1), x3), Case(lambda x: np.moveaxis(x, (0, 2), (1, 0)), x3, note="two"),
    ],
    "np.rollaxis": [Case(lambda x: np.rollaxis(x, 2), x3), Case(lambda x: np.rollaxis(x, 0, 3), x3)],
    "np.squeeze": [
        Case(lambda x: np.squeeze(x), sample(1, 3, 1)), Case(lambda x: np.squeeze(x, axis=(0, -1)), sample(1, 3, 1)),
    ],
    "np.expand_dims": [
        Case(lambda x: np.expand_dims(x, 1), m), Case(lambda x: np.expand_dims(x, (0, -1)), m),
        Case(lambda x: np.expand_dims(x, 0), sample(), note="0-d"),
    ],
    "np.broadcast_to": [
        Case(lambda x: np.broadcast_to(x, (2, 3, 4)), m), Case(lambda x: np.broadcast_to(x, 3), sample(1)),
        Case(lambda x: np.broadcast_to(x, (2, 2)), sample(), note="0-d"),
    ],
    "np.broadcast_arrays": [
        Case(lambda x, y: np.broadcast_arrays(x, y), sample(3, 1), sample(4)),
        Case(lambda x: np.broadcast_arrays(x, np.ones((2, 3)), 1.0), sample(3), note="plain ones"),
    ],
    "np.atleast_1d": [Case(np.atleast_1d, sample()), Case(lambda x, y: np.atleast_1d(x, y), sample(), v)],
    "np.atleast_2d": [Case(np.atleast_2d, v), Case(lambda x, y: np.atleast_2d(x, y), sample(), x3)],
    "np.atleast_3d": [Case(np.atleast_3d, m), Case(lambda x, y, z: np.atleast_3d(x, y, z), sample(), v, x3)],
    "np.flip": [
        Case(np.flip, x3), Case(lambda x: np.flip(x, (0, -1)), x3), Case(lambda x: np.flip(x, 1), m),
    ],
    "np.fliplr": [Case(np.fliplr, m), Case(np.fliplr, x3)],
    "np.flipud": [Case(np.flipud, m), Case(np.flipud, v)],
    "np.rot90": [
        Case(np.rot90, m), Case(lambda x: np.rot90(x, 2), m), Case(lambda x: np.rot90(x, -1, (2, 0)), x3),
        Case(lambda x: np.rot90(x, 4), m),
    ],
    "np.roll": [
        Case(lambda x: np.roll(x, 2), m), Case(lambda x: np.roll(x, (1, -2), axis=(0, 1)), m),
        Case(lambda x: np.roll(x, 1, axis=(0, 2)), x3, note="one shift for two axes"),
        Case(lambda x: np.roll(x, (1, 2), axis=0), m, note="two shifts of one axis"),
    ],
    "np.repeat": [
        Case(lambda x: np.repeat(x, 2), m), Case(lambda x: np.repeat(x, [1, 0, 2], axis=0), m),
        Case(lambda x: np.repeat(x, 3, axis=-1), m), Case(lambda x: np.repeat(x, [2]), sample(), note="0-d"),
    ],
    "np.tile": [
        Case(lambda x: np.tile(x, 2), m), Case(lambda x: np.tile(x, (2, 1, 3)), m), Case(lambda x: np.tile(x, 3), v),
        Case(lambda x: np.tile(x, (2, 2)), sample(), note="0-d"), Case(lambda x: np.tile(x, ()), v, note="once"),
    ],
    "np.resize": [
        Case(lambda x: np.resize(x, (3, 5)), m), Case(lambda x: np.resize(x, 7), v),
        Case(lambda x: np.resize(x, (2, 0)), v, note="empty"),
    ],
    "np.pad": [
        Case(lambda x: np.pad(x, 1), m), Case(lambda x: np.pad(x, ((1, 2), (0, 3))), m),
        Case(lambda x, a, b: np.pad(x, (2, 1), constant_values=(a, b)), v, sample(), sample(seed=1), note="constants"),
        Case(lambda x, a: np.pad(x, ((1, 1), (2, 0)), constant_values=a), m, sample(2, 2), note="a constant each"),
        Case(lambda x: np.pad(x, 2, mode="edge"), m), Case(lambda x: np.pad(x, 7, mode="wrap"), m),
        Case(lambda x: np.pad(x, 5, mode="reflect"), m, note="reflected twice"),
        Case(lambda x: np.pad(x, (4, 2), mode="symmetric"), v),
        Case(lambda x: np.pad(x, 2, mode="reflect", reflect_type="odd"), m, note="odd"),
        Case(lambda x: np.pad(x, (6, 7), mode="symmetric", reflect_type="odd"), v, note="odd symmetric"),
        Case(lambda x: np.pad(x, (2, 3), mode="linear_ramp"), m, note="ramp"),
        Case(lambda x, a, b: np.pad(x, (2, 3), mode="linear_ramp", end_values=(a, b)), v, sample(), sample(seed=1),
             note="ramp to given ends"),
        Case(lambda x: np.pad(x, (2, 1), mode="mean"), m, note="mean"),
        Case(lambda x: np.pad(x, (2, 1), mode="mean", stat_length=(2, 3)), m, note="mean of few"),
        Case(lambda x: np.pad(x, 1, mode="maximum"), m), Case(lambda x: np.pad(x, 1, mode="minimum", stat_length=2), m),
        Case(lambda x: np.pad(x, (0, 2), mode="median"), v, note="median"),
        Case(lambda x: np.pad(x, {0: 1, -1: (0, 2)}), x3, note="some axes"),
    ],
    "np.copy": [Case(np.copy, m), Case(np.copy, sample(), note="0-d")],
    "np.astype": [
        Case(lambda x: np.astype(x, np.float64), m), Case(lambda x: np.astype(x, complex), m, note="complex"),
    ],
    "np.real": [Case(np.real, c), Case(np.real, m)],
    "np.imag": [Case(np.imag, c), Case(np.imag, m)],
    "np.real_if_close": [Case(np.real_if_close, c), Case(lambda x: np.real_if_close(x + 0j), m)],
    "np.lib.stride_tricks.sliding_window_view": [
        Case(lambda x: window(x, 3), v), Case(lambda x: window(x, (2, 2)), m), Case(lambda x: window(x, 2, axis=1), x3),
    ],
    "np.concatenate": [
        Case(lambda x, y: np.concatenate([x, y]), sample(2, 3), sample(1, 3)),
        Case(lambda x, y: np.concatenate((x, y, np.ones((2, 1))), axis=-1), sample(2, 3), sample(2, 2)),
        Case(lambda x, y: np.concatenate([x, y], axis=None), m, v, note="flat"),
        Case(lambda x: np.concatenate(x), x3, note="an array's first axis"),
        Case(lambda x: np.concatenate([x, np.zeros(0)], dtype=float), v, note="empty"),
    ],
    "np.stack": [
        Case(lambda x, y: np.stack([x, y]), m, sample(3, 4, seed=1)),
        Case(lambda x, y: np.stack((x, y, x), axis=-1), m, sample(3, 4, seed=1)),
        Case(lambda x, y: np.stack([x, y, 1.0]), sample(), sample(seed=1), note="numbers"),
    ],
    "np.vstack": [Case(lambda x, y: np.vstack([x, y]), sample(4), m), Case(lambda x: np.vstack([x, x]), v)],
    "np.hstack": [
        Case(lambda x, y: np.hstack([x, y]), v, sample(2)), Case(lambda x: np.hstack((x, x)), m),
        Case(lambda x: np.hstack([x, 2.0]), sample(), note="0-d"),
    ],
    "np.dstack": [Case(lambda x, y: np.dstack([x, y]), m, sample(3, 4, 2)), Case(lambda x: np.dstack([x, x]), v)],
    "np.column_stack": [
        Case(lambda x, y: np.column_stack([x, y]), sample(3), m), Case(lambda x: np.column_stack((x, x)), v),
    ],
    "np.block": [
        Case(lambda x, y: np.block([[x, np.eye(3)], [np.zeros((2, 2)), y]]), sample(3, 2), sample(2, 3)),
        Case(lambda x, y: np.block([x, y, 1.0]), v, sample(), note="one row"), Case(lambda x: np.block(x), m),
        Case(lambda x: np.block([[[x]], [[x]]]), sample(2), note="deep"),
    ],
    "np.append": [
        Case(lambda x, y: np.append(x, y), m, v), Case(lambda x, y: np.append(x, y, axis=0), m, sample(1, 4)),
    ],
    "np.insert": [
        Case(lambda x, y: np.insert(x, 2, y), v, sample()), Case(lambda x, y: np.insert(x, 1, y, axis=1), m, sample(3)),
        Case(lambda x, y: np.insert(x, [0, 3, 3], y), v, sample(3), note="several"),
        Case(lambda x, y: np.insert(x, slice(0, 2), y, axis=0), m, sample(2, 4), note="slice"),
    ],
    "np.delete": [
        Case(lambda x: np.delete(x, 1), m), Case(lambda x: np.delete(x, [0, -1], axis=1), m),
        Case(lambda x: np.delete(x, slice(None), axis=0), m, note="all"),
    ],
    "np.split": [
        Case(lambda x: np.split(x, 2, axis=1), m), Case(lambda x: np.split(x, [1, 3]), v),
        Case(lambda x: np.split(x, [-2, 9]), v, note="beyond"),
    ],
    "np.array_split": [Case(lambda x: np.array_split(x, 3), v), Case(lambda x: np.array_split(x, 3, axis=-1), x3)],
    "np.vsplit": [Case(lambda x: np.vsplit(x, 3), m), Case(lambda x: np.vsplit(x, [1]), x3)],
    "np.hsplit": [Case(lambda x: np.hsplit(x, 2), m), Case(lambda x: np.hsplit(x, [2]), v)],
    "np.dsplit": [Case(lambda x: np.dsplit(x, 2), x3), Case(lambda x: np.dsplit(x, [1, 3]), x3)],
    "np.unstack": [Case(lambda x: np.unstack(x), m), Case(lambda x: np.unstack(x, axis=-1), x3)],
}
