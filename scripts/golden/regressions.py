"""Golden values of the sweep over penalties and of one-vs-rest regression in @contrastive/linear-probe, by scikit-learn.

Usage: python scripts/golden/regressions.py
Writes packages/linear-probe/test/golden/regressions.json.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss

TARGET = Path(__file__).parents[2] / "packages/linear-probe/test/golden/regressions.json"


def fit(points, labels, l2):
    """The optimum of mean cross-entropy + l2 / 2 * |W|^2; C = 1 / (n * l2)."""
    return LogisticRegression(C=1 / (len(labels) * l2), tol=1e-10, max_iter=100000).fit(points, labels)


def one_vs_rest(rng):
    """Each class by itself, on the rows that are not difficult for it."""
    rows, columns, classes = 150, 6, 3
    points = rng.normal(size=(rows, columns)).round(3)
    directions = rng.normal(size=(classes, columns))
    relevant = (points @ directions.T + 1.5 * rng.normal(size=(rows, classes)) > [0, 1, 2]).astype(int)
    difficult = (rng.random((rows, classes)) < [0.0, 0.1, 0.3]).astype(int)
    fits = []
    for l2 in (0.1, 0.01, 0.001):
        loss, weights, bias = 0.0, [], []
        for c in range(classes):
            kept = difficult[:, c] == 0
            model = fit(points[kept], relevant[kept, c], l2)
            loss += log_loss(relevant[kept, c], model.predict_proba(points[kept])) + l2 / 2 * (model.coef_**2).sum()
            weights.append(model.coef_[0].round(7).tolist())
            bias.append(round(float(model.intercept_[0]), 7))
        fits.append({"l2": l2, "loss": round(float(loss), 9), "weights": np.transpose(weights).tolist(), "bias": bias})
    return {
        "points": points.tolist(),
        "classCount": classes,
        "relevant": relevant.ravel().tolist(),
        "difficult": difficult.ravel().tolist(),
        "fits": fits,
    }


def sweep(rng):
    """The whole grid, chosen on validation rows by accuracy or its mean per class, of equals the strongest."""
    classes, columns, sizes = 3, 12, (70, 50)
    centres = rng.normal(size=(classes, columns))
    parts = []
    for rows in sizes:
        labels = rng.choice(classes, size=rows, p=[0.55, 0.3, 0.15])
        parts.append(((centres[labels] + 2.5 * rng.normal(size=(rows, columns))).round(3), labels))
    (train, train_labels), (validation, validation_labels) = parts
    grid = 10 ** (-6 + 11 * np.arange(45) / 44)
    predictions = [fit(train, train_labels, l2).predict(validation) for l2 in grid]
    both, both_labels = np.concatenate([train, validation]), np.concatenate([train_labels, validation_labels])
    chosen = {}
    for name, metric in (("accuracy", accuracy_score), ("meanPerClass", balanced_accuracy_score)):
        scores = [float(metric(validation_labels, predicted)) for predicted in predictions]
        best = max(i for i, score in enumerate(scores) if score == max(scores))
        model = fit(both, both_labels, grid[best])
        loss = log_loss(both_labels, model.predict_proba(both)) + grid[best] / 2 * (model.coef_**2).sum()
        chosen[name] = {
            "l2": float(grid[best]),
            "scores": [round(score, 9) for score in scores],
            "loss": round(float(loss), 9),
            "weights": model.coef_.T.round(7).tolist(),
        }
    return {
        "train": {"points": train.tolist(), "labels": train_labels.tolist()},
        "validation": {"points": validation.tolist(), "labels": validation_labels.tolist()},
        "grid": grid.tolist(),
        "chosen": chosen,
    }


if __name__ == "__main__":
    rng = np.random.default_rng(11)
    values = {"oneVsRest": one_vs_rest(rng), "sweep": sweep(rng)}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(values, separators=(",", ":")) + "\n")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
