"""Golden values of the metrics of @contrastive/linear-probe by scikit-learn, scipy and VOC's rules in numpy.

Usage: python scripts/golden/metrics.py
Writes packages/linear-probe/test/golden/metrics.json.
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import binomtest, bootstrap, norm, permutation_test
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    confusion_matrix,
    top_k_accuracy_score,
)

TARGET = Path(__file__).parents[2] / "packages/linear-probe/test/golden/metrics.json"


def precision_and_recall(scores, relevant):
    """As VOCevalcls.m, but for equal scores, which are one threshold here: the last row of each is kept."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(relevant[order] == 1)
    precision = hits / np.arange(1, len(scores) + 1)
    last = np.append(np.diff(scores[order]) != 0, True)
    return precision[last], hits[last]


def eleven_points(scores, relevant):
    """VOC 2007: the mean of the highest precision from each of eleven recalls on; recalls compared as integers."""
    precision, hits = precision_and_recall(scores, relevant)
    return float(np.mean([precision[10 * hits >= t * relevant.sum()].max() for t in range(11)]))


def area(scores, relevant):
    """VOCap.m of VOC 2010: the area under precision made monotonic."""
    precision, hits = precision_and_recall(scores, relevant)
    recall = np.concatenate([[0], hits / relevant.sum(), [1]])
    precision = np.concatenate([[0], precision, [0]])
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    steps = np.flatnonzero(recall[1:] != recall[:-1]) + 1
    return float(((recall[steps] - recall[steps - 1]) * precision[steps]).sum())


def three_forms(scores, relevant):
    return {
        "11-point": eleven_points(scores, relevant),
        "area": area(scores, relevant),
        "step": float(average_precision_score(relevant, scores)),
    }


def precisions(rng):
    """The textbook ranking, random ones, one with many ties, and one with rows left out."""
    cases = [(np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.4, 0.3]), np.array([1, 0, 1, 1, 0, 0, 1, 0]), None)]
    for rows in (10, 60):
        cases.append((rng.normal(size=rows).round(4), (rng.random(rows) < 0.3).astype(int), None))
    cases.append((rng.integers(0, 5, size=60) / 4, (rng.random(60) < 0.4).astype(int), None))
    # Ten relevant rows, so that recalls are exactly the eleven points.
    ten = rng.permutation(np.repeat([1, 0], [10, 15]))
    cases.append((rng.permutation(25) / 25, ten, None))
    cases.append(
        (rng.normal(size=40).round(4), (rng.random(40) < 0.3).astype(int), (rng.random(40) < 0.2).astype(int))
    )
    results = []
    for scores, relevant, difficult in cases:
        kept = np.ones(len(scores), bool) if difficult is None else difficult == 0
        case = {"scores": scores.tolist(), "relevant": relevant.tolist()}
        if difficult is not None:
            case["difficult"] = difficult.tolist()
        results.append({**case, "expected": three_forms(scores[kept], relevant[kept])})
    return results


def several_classes(rng):
    """Images of several classes; the last has no relevant row that counts."""
    rows, classes = 50, 4
    scores = rng.normal(size=(rows, classes)).round(4)
    relevant = (rng.random((rows, classes)) < [0.5, 0.2, 0.1, 0.1]).astype(int)
    difficult = ((rng.random((rows, classes)) < 0.1) | ((np.arange(classes) == 3) & (relevant == 1))).astype(int)
    found = []
    for c in range(classes - 1):
        kept = difficult[:, c] == 0
        found.append(three_forms(scores[kept, c], relevant[kept, c]))
    return {
        "classCount": classes,
        "scores": scores.ravel().tolist(),
        "relevant": relevant.ravel().tolist(),
        "difficult": difficult.ravel().tolist(),
        "perClass": found,
        "mean": {form: float(np.mean([one[form] for one in found])) for form in found[0]},
    }


def classification(rng):
    rows, classes = 40, 5
    labels = rng.integers(0, classes, size=rows)
    scores = (rng.normal(size=(rows, classes)) + 1.0 * np.eye(classes)[labels]).round(4)
    predictions = scores.argmax(1)
    # Predicted numbers may be classes that no label is of, and the other way round.
    other = rng.choice([1, 2, 7], size=rows)
    return {
        "labels": labels.tolist(),
        "scores": scores.ravel().tolist(),
        "topK": [
            {"k": k, "accuracy": float(top_k_accuracy_score(labels, scores, k=k, labels=range(classes)))}
            for k in range(1, classes)
        ],
        "predictions": predictions.tolist(),
        "balanced": float(balanced_accuracy_score(labels, predictions)),
        "confusion": confusion_matrix(labels, predictions).ravel().tolist(),
        "others": other.tolist(),
        "confusionOfOthers": confusion_matrix(labels, other).ravel().tolist(),
        "confusionClasses": np.unique(np.concatenate([labels, other])).tolist(),
    }


def intervals():
    wilson = []
    for right, rows, level in ((0, 10, 0.95), (3, 10, 0.95), (9150, 10000, 0.95), (17, 17, 0.99), (1, 3, 0.5)):
        low, high = binomtest(right, rows).proportion_ci(level, method="wilson")
        wilson.append({"right": right, "rows": rows, "level": level, "low": float(low), "high": float(high)})
    shares = [1e-300, 1e-20, 1e-5, 0.02, 0.074, 0.076, 0.3, 0.5, 0.7, 0.95, 0.999, 1 - 1e-10]
    return {"wilson": wilson, "quantiles": [{"p": p, "value": float(norm.ppf(p))} for p in shares]}


def resampling(rng):
    """The percentile interval of balanced accuracy, from so many samples that the seed matters little."""
    labels = np.repeat([0, 1, 2], [120, 60, 20])
    predictions = np.where(rng.random(200) < np.array([0.9, 0.7, 0.6])[labels], labels, (labels + 1) % 3)

    def measure(rows):
        rows = rows.astype(int)
        right = predictions[rows] == labels[rows]
        return np.mean([right[labels[rows] == c].mean() for c in np.unique(labels[rows])])

    found = bootstrap(
        (np.arange(200),), measure, vectorized=False, n_resamples=20000, method="percentile", confidence_level=0.9, rng=3
    )
    low, high = found.confidence_interval
    return {
        "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "level": 0.9,
        "low": float(low),
        "high": float(high),
    }


def exchanges(rng):
    """All exchanges of two encoders' predictions, and McNemar's exact test, which is binomial."""
    cases = []
    for rows, level in ((12, 0.6), (30, 0.8), (16, 0.5)):
        labels = np.sort(rng.integers(0, 3, size=rows))
        first, second = [
            np.where(rng.random(rows) < share, labels, (labels + 1) % 3) for share in (level, level - 0.3)
        ]
        differing = np.flatnonzero((first == labels) != (second == labels))
        sign = (first == labels).astype(float) - (second == labels)
        weights = {"accuracy": np.full(rows, 1 / rows)}
        counts = np.bincount(labels, minlength=3)
        weights["mean-per-class"] = 1 / (counts[labels] * np.count_nonzero(counts))
        expected = {}
        for of, weight in weights.items():
            signed = (sign * weight)[differing]
            test = permutation_test((signed,), np.sum, permutation_type="samples", n_resamples=np.inf)
            expected[of] = {"difference": float(signed.sum()), "pValue": float(test.pvalue)}
        cases.append(
            {
                "labels": labels.tolist(),
                "first": first.tolist(),
                "second": second.tolist(),
                "discordant": len(differing),
                "expected": expected,
            }
        )
    rows = 2000
    labels = np.zeros(rows, int)
    first, second = [(rng.random(rows) > share).astype(int) for share in (0.80, 0.78)]
    right, wrong = int(((first == 0) & (second == 1)).sum()), int(((first == 1) & (second == 0)).sum())
    large = {
        "first": first.tolist(),
        "second": second.tolist(),
        "discordant": right + wrong,
        "pValue": float(binomtest(right, right + wrong).pvalue),
    }
    return {"small": cases, "large": large}


if __name__ == "__main__":
    rng = np.random.default_rng(5)
    values = {
        "precisions": precisions(rng),
        "severalClasses": several_classes(rng),
        "classification": classification(rng),
        "intervals": intervals(),
        "resampling": resampling(rng),
        "exchanges": exchanges(rng),
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(values, separators=(",", ":")) + "\n")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
