"""Golden values of @contrastive/linear-probe by scikit-learn and numpy.

Usage: python scripts/golden/linear-probe.py
Writes packages/linear-probe/test/golden/linear-probe.json.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

TARGET = Path(__file__).parents[2] / "packages/linear-probe/test/golden/linear-probe.json"


def blobs(rng, rows, columns, classes, spread):
    """Overlapping clouds of points, rounded so that float32 text is exact enough to copy."""
    labels = np.arange(rows) % classes
    centres = np.random.default_rng(7).normal(size=(classes, columns))
    points = centres[labels] + spread * rng.normal(size=(rows, columns))
    return points.round(3), labels


def logistic(rng):
    """Optima of mean cross-entropy + l2 / 2 * |W|^2; C = 1 / (n * l2)."""
    points, labels = blobs(rng, 120, 6, 4, 1.5)
    fits = []
    for l2 in (1.0, 0.1, 0.01):
        model = LogisticRegression(C=1 / (len(labels) * l2), tol=1e-10, max_iter=10000).fit(points, labels)
        loss = log_loss(labels, model.predict_proba(points)) + l2 / 2 * (model.coef_**2).sum()
        fits.append(
            {
                "l2": l2,
                "loss": round(float(loss), 9),
                "weights": model.coef_.T.round(7).tolist(),
                # Adding a number to every bias changes nothing; ours begins at 0 and keeps their sum there.
                "bias": (model.intercept_ - model.intercept_.mean()).round(7).tolist(),
                "predictions": model.predict(points).tolist(),
            }
        )
    return {"points": points.tolist(), "labels": labels.tolist(), "fits": fits}


def neighbours(rng):
    """Weighted votes of the k nearest by cosine similarity, weight exp(similarity / temperature)."""
    bank, bank_labels = blobs(rng, 90, 5, 3, 1.2)
    queries, query_labels = blobs(rng, 40, 5, 3, 1.2)
    votes = []
    for k, temperature in ((1, 0.1), (5, 0.1), (20, 0.07), (90, 0.5)):
        model = KNeighborsClassifier(
            k, metric="cosine", weights=lambda distance, t=temperature: np.exp((1 - distance) / t)
        )
        model.fit(bank, bank_labels)
        votes.append({"k": k, "temperature": temperature, "predictions": model.predict(queries).tolist()})
    return {
        "bank": bank.tolist(),
        "bankLabels": bank_labels.tolist(),
        "queries": queries.tolist(),
        "queryLabels": query_labels.tolist(),
        "votes": votes,
    }


def scaling(rng):
    """Columns of unlike scale, one constant."""
    points = (rng.normal(size=(12, 4)) * [1, 100, 0.01, 0] + [0, 50, 3, 0.1]).round(4)
    others = (rng.normal(size=(3, 4)) * [1, 100, 0.01, 1] + [0, 50, 3, 0.1]).round(4)
    scaler = StandardScaler().fit(points.astype(np.float32).astype(np.float64))
    return {
        "points": points.tolist(),
        "others": others.tolist(),
        "mean": scaler.mean_.round(9).tolist(),
        "std": scaler.scale_.round(9).tolist(),
        "scaled": scaler.transform(others).round(6).tolist(),
    }


def scores(rng):
    labels = np.array([0] * 10 + [1] * 5 + [3] * 2)
    predictions = rng.integers(0, 4, size=len(labels))
    return {
        "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "accuracy": float((labels == predictions).mean()),
        "meanPerClass": float(balanced_accuracy_score(labels, predictions)),
    }


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    values = {"logistic": logistic(rng), "neighbours": neighbours(rng), "scaling": scaling(rng), "scores": scores(rng)}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(values, separators=(",", ":")) + "\n")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
