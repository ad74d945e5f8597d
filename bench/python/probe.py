"""Measures of features for the benchmark: logistic regression by scikit-learn, the vote of the nearest by PyTorch.

Usage: python probe.py '<settings as JSON>', which then speaks the protocol of serve.py."""

import json
import os
import sys

import numpy as np
import torch

from serve import device_of, say, serve

QUERIES_AT_ONCE = 256


def read(settings, part):
    """The features that were painted, and their labels."""

    def file(name):
        return os.path.join(settings["directory"], name)

    data = np.fromfile(file(f"{part}.bin"), np.float32).reshape(-1, settings["columns"])
    return data, np.fromfile(file(f"{part}-labels.bin"), np.int32)


def logistic(settings, train, labels):
    """One fit, in float64. Its objective is that of mean cross-entropy + l2 / 2 * |W|^2."""
    from sklearn.linear_model import LogisticRegression

    x = train.astype(np.float64)
    l2 = settings["l2"]
    found = {}

    def fit(tolerance):
        model = LogisticRegression(C=1 / (len(x) * l2), tol=tolerance, max_iter=settings["maxIterations"])
        return model.fit(x, labels)

    def objective_of(model):
        log_probabilities = model.predict_log_proba(x)[np.arange(len(x)), labels]
        return float(-log_probabilities.mean() + l2 / 2 * (model.coef_**2).sum())

    def step():
        model = fit(settings["tolerance"])

        def figures():
            if "optimum" not in found:
                found["optimum"] = objective_of(fit(settings["tolerance"] / 100))
            iterations = int(model.n_iter_[0])
            return {
                "objective": objective_of(model),
                "optimum": found["optimum"],
                "unfinished": int(iterations >= settings["maxIterations"]),
                "iterations": iterations,
            }

        return figures

    return step


def neighbours(settings, device, train, train_labels, judged, judged_labels):
    """The vote of the nearest by cosine similarity, a block of queries at a time."""
    bank, queries = [torch.from_numpy(data).to(device) for data in (train, judged)]
    labels = torch.from_numpy(train_labels).long().to(device)
    truth = torch.from_numpy(judged_labels).to(device)

    @torch.inference_mode()
    def step():
        keys = torch.nn.functional.normalize(bank).T
        predictions = []
        for block in torch.nn.functional.normalize(queries).split(QUERIES_AT_ONCE):
            similarities, rows = (block @ keys).topk(settings["k"])
            votes = torch.zeros(len(block), settings["classes"], device=device)
            votes.scatter_add_(1, labels[rows], ((similarities - similarities[:, :1]) / settings["temperature"]).exp())
            predictions.append(votes.argmax(1))
        predicted = torch.cat(predictions)
        accuracy = (predicted == truth).double().mean().item()

        def figures():
            checksum = 0
            for i, prediction in enumerate(predicted.tolist()):
                checksum = (31 * checksum + prediction + i % 7) % 1_000_003
            return {"accuracy": accuracy, "checksum": checksum}

        return figures

    return step


def main():
    settings = json.loads(sys.argv[1])
    train, train_labels = read(settings, "train")
    judged, judged_labels = read(settings, "judged")
    if settings["method"] == "logistic":
        try:
            import sklearn
            from threadpoolctl import threadpool_limits
        except ImportError as error:
            say(event="absent", reason=f"{sys.executable} cannot import scikit-learn ({error}); pip install scikit-learn")
            return
        threadpool_limits(settings["threads"])
        device, contestant = "cpu", f"scikit-learn {sklearn.__version__}"
        step = logistic(settings, train, train_labels)
    else:
        device, contestant = device_of(settings), f"PyTorch {torch.__version__}"
        step = neighbours(settings, device, train, train_labels, judged, judged_labels)

    def run(count):
        for _ in range(count):
            figures = step()
        return figures

    facts = {"rows": len(train), "judged": len(judged), "columns": train.shape[1]}
    serve(run, contestant, facts, device, settings["warmup"])


if __name__ == "__main__":
    main()
