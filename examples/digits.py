"""Trains a classifier on handwritten digits with define-by-run tensors, and draws what it learned.

    python examples/digits.py [--out digits.png] [--epochs 100] [--seed 0]

The data are the 1,797 scans of 8x8 pixels that ship inside scikit-learn; every fifth is held out. Each epoch shows
some of the scans moved by a pixel, so that the network learns shapes and not places.
"""

from __future__ import annotations

import argparse
import time

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from tqdm import tqdm

import adjoint as ad
from adjoint import nn

matplotlib.use("Agg")  # a picture in a file: no screen is needed

BATCH = 64


def load(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images and labels, then the held-out fifth; images are (n, 8, 8) float32 between 0 and 1."""
    digits = load_digits()
    images = digits.images.astype(np.float32) / 16
    order = random.permutation(len(images))
    held_out, training = order[::5], np.delete(order, np.s_[::5])
    return images[training], digits.target[training], images[held_out], digits.target[held_out]


def jitter(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The images, two in five moved by a pixel down or up, two in five left or right; what comes in is blank."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    down, across = random.choice([0, 1, 1, 1, 2], (2, len(images), 1, 1))
    n, rows, columns = np.ogrid[: len(images), :8, :8]
    return padded[n, rows + down, columns + across]


def network() -> nn.Module:
    return nn.Sequential(
        nn.Linear(64, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )


def train(
    model: nn.Module, images: np.ndarray, labels: np.ndarray, epochs: int, random: np.random.Generator
) -> list[float]:
    """The loss of every step."""
    criterion = nn.CrossEntropyLoss()
    optimiser = ad.optim.Adam(model.parameters(), lr=2e-3)
    losses: list[float] = []
    model.train()
    steps = -(-len(images) // BATCH)
    with tqdm(total=epochs * steps, unit="step", desc="training") as bar:
        for epoch in range(epochs):
            if epoch == epochs * 3 // 4:  # small steps at the end settle the last few scans
                for group in optimiser.param_groups:
                    group["lr"] /= 10
            order = random.permutation(len(images))
            correct = 0
            for rows in np.array_split(order, steps):
                x = ad.tensor(jitter(images[rows], random).reshape(-1, 64))
                y = ad.tensor(labels[rows])
                scores = model(x)
                loss = criterion(scores, y)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
                correct += (scores.argmax(1) == y).sum().item()
                bar.update()
                bar.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
            bar.set_postfix(loss=f"{np.mean(losses[-steps:]):.3f}", accuracy=f"{correct / len(images):.1%}")
    return losses


def predict(model: nn.Module, images: np.ndarray) -> np.ndarray:
    model.eval()
    with ad.no_grad():
        return model(ad.tensor(images.reshape(-1, 64))).argmax(1).numpy()


def saliency(model: nn.Module, images: np.ndarray) -> np.ndarray:
    """The gradient of each image's highest score with respect to its pixels."""
    model.eval()
    x = ad.tensor(images.reshape(-1, 64), requires_grad=True)
    scores = model(x)
    scores.max(1).values.sum().backward()
    return x.grad.numpy().reshape(-1, 8, 8)


def draw(
    path: str, losses: list[float], images: np.ndarray, labels: np.ndarray, guesses: np.ndarray, model: nn.Module
) -> None:
    """The loss above; below, held-out digits, at most three of them misread, each over its gradient."""
    wrong, right = np.flatnonzero(guesses != labels)[:3], np.flatnonzero(guesses == labels)
    shown = np.concatenate([wrong, right[: 10 - len(wrong)]])
    gradients = saliency(model, images[shown])
    figure = plt.figure(figsize=(11, 6.4), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=[1, 1.15])

    curve = top.subplots()
    smooth = np.convolve(losses, np.ones(25) / 25, mode="valid")
    curve.semilogy(losses, color="0.8", linewidth=0.7, label="each step")
    curve.semilogy(np.arange(len(smooth)) + 12, smooth, color="C0", label="mean of 25 steps")
    curve.set(xlabel="step", ylabel="cross entropy", title=f"held-out accuracy {np.mean(guesses == labels):.1%}")
    curve.legend(frameon=False)

    bottom.suptitle("held-out scans, and how each pixel changes the score of the predicted class", fontsize="medium")
    for column, (i, gradient) in enumerate(zip(shown, gradients)):
        scan, slope = bottom.add_subplot(2, 10, column + 1), bottom.add_subplot(2, 10, column + 11)
        scan.imshow(images[i], cmap="gray_r")
        if guesses[i] == labels[i]:
            scan.set_title(f"{guesses[i]}", fontsize=9)
        else:
            scan.set_title(f"{guesses[i]}, is {labels[i]}", fontsize=9, color="crimson")
        limit = np.abs(gradient).max()
        slope.imshow(gradient, cmap="RdBu_r", vmin=-limit, vmax=limit)
        scan.axis("off")
        slope.axis("off")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="digits.png", help="where the picture goes")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    random = np.random.default_rng(args.seed)
    ad.manual_seed(args.seed)
    images, labels, test_images, test_labels = load(random)
    model = network()

    start = time.perf_counter()
    losses = train(model, images, labels, args.epochs, random)
    took = time.perf_counter() - start
    guesses = predict(model, test_images)
    draw(args.out, losses, test_images, test_labels, guesses, model)
    right = guesses == test_labels
    print(f"test accuracy {right.mean():.2%} ({right.sum()} of {right.size} held-out scans)")
    print(f"trained on {len(images)} scans in {took:.1f} s; the picture is {args.out}")


if __name__ == "__main__":
    main()
