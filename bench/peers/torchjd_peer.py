"""PyTorch and TorchJD as a peer of the benchmark: one JSON request a line on stdin, one JSON answer a line on stdout.

Requests, by "do":
  describe                                     versions and the default number of threads
  network    description, parameters, batches, learningRate, device ("cpu" or "cuda", by default "cpu")
             builds the network twice (a plain one and one with autogram's hooks, so that the hooks burden no SGD step)
             and answers with the losses of the first batch and the UPGrad weights of its Gramian
  steps      method "sgd" or "upgrad", threads, skip, steps: milliseconds of each step after the skipped ones
  gramian    objectives, values                keeps a Gramian
  weights    calls: milliseconds of each call and the weights

Arrays travel as base64 of little-endian bytes: float32 for networks, int32 for labels, float64 for Gramians.
"""

import base64
import json
import sys
import time

import numpy as np
import torch
import torchjd
from torch import nn
from torch.nn.functional import cross_entropy
from torchjd.aggregation import UPGradWeighting
from torchjd.autogram import Engine

DEFAULT_THREADS = torch.get_num_threads()


def decoded(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=dtype).copy()


def encoded(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array)).decode()


def sequential(description: dict) -> nn.Sequential:
    """The network of a description, numbered as its layers are."""
    shape = list(description["input"])
    layers: list[nn.Module] = []
    for layer in description["layers"]:
        match layer["kind"]:
            case "conv2d":
                made = nn.Conv2d(
                    shape[0],
                    layer["outputs"],
                    layer["kernel"],
                    stride=layer.get("stride", 1),
                    padding=layer.get("padding", 0),
                    groups=layer.get("groups", 1),
                    bias=layer.get("bias", True),
                )
            case "linear":
                made = nn.Linear(shape[0], layer["outputs"], bias=layer.get("bias", True))
            case "max-pool2d":
                made = nn.MaxPool2d(layer["kernel"], stride=layer.get("stride"))
            case "elu":
                made = nn.ELU()
            case "relu":
                made = nn.ReLU()
            case "flatten":
                made = nn.Flatten()
            case kind:
                raise ValueError(f"this peer has no layer {kind}")
        with torch.no_grad():
            shape = list(made(torch.zeros(1, *shape)).shape[1:])
        layers.append(made)
    return nn.Sequential(*layers)


class Network:
    """A network that makes plain SGD steps or UPGrad steps on given batches, in turn."""

    def __init__(self, request: dict) -> None:
        description = request["description"]
        self.device = request.get("device", "cpu")
        self.batches = [
            (
                torch.from_numpy(decoded(batch["inputs"], "<f4")).reshape(-1, *description["input"]).to(self.device),
                torch.from_numpy(decoded(batch["labels"], "<i4")).long().to(self.device),
            )
            for batch in request["batches"]
        ]
        self.models = {name: sequential(description).to(self.device) for name in ("sgd", "upgrad")}
        for model in self.models.values():
            state = {
                name: torch.from_numpy(decoded(tensor["values"], "<f4")).reshape(tensor["shape"])
                for name, tensor in request["parameters"].items()
            }
            model.load_state_dict(state)
        self.optimizers = {
            name: torch.optim.SGD(model.parameters(), lr=request["learningRate"]) for name, model in self.models.items()
        }
        self.engine = Engine(self.models["upgrad"], batch_dim=0)
        self.weighting = UPGradWeighting()
        self.taken = 0

    def losses(self, method: str, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        inputs, labels = batch
        return cross_entropy(self.models[method](inputs), labels, reduction="none")

    def first(self) -> dict:
        losses = self.losses("upgrad", self.batches[0])
        weights = self.weighting(self.engine.compute_gramian(losses))
        return {
            "losses": encoded(losses.detach().cpu().numpy().astype("<f8")),
            "weights": encoded(weights.detach().cpu().numpy().astype("<f8")),
        }

    def step(self, method: str) -> None:
        batch = self.batches[self.taken % len(self.batches)]
        self.taken += 1
        self.optimizers[method].zero_grad()
        losses = self.losses(method, batch)
        if method == "sgd":
            losses.mean().backward()
        else:
            weights = self.weighting(self.engine.compute_gramian(losses))
            losses.backward(weights)
        self.optimizers[method].step()
        if self.device == "cuda":
            torch.cuda.synchronize()


def milliseconds(work) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


class Peer:
    """What is kept between requests."""

    def __init__(self) -> None:
        self.network: Network | None = None
        self.gramian = torch.zeros(0, 0)
        self.weighting = UPGradWeighting()

    def answer(self, request: dict) -> dict:
        match request["do"]:
            case "describe":
                return {
                    "python": sys.version.split()[0],
                    "torch": torch.__version__,
                    "torchjd": getattr(torchjd, "__version__", None) or installed("torchjd"),
                    "quadprog": installed("quadprog"),
                    "threads": DEFAULT_THREADS,
                    "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
                }
            case "network":
                self.network = Network(request)
                return self.network.first()
            case "steps":
                torch.set_num_threads(request["threads"])
                network = self.network
                for _ in range(request["skip"]):
                    network.step(request["method"])
                return {"ms": [milliseconds(lambda: network.step(request["method"])) for _ in range(request["steps"])]}
            case "gramian":
                m = request["objectives"]
                self.gramian = torch.from_numpy(decoded(request["values"], "<f8")).reshape(m, m)
                return {}
            case "weights":
                torch.set_num_threads(DEFAULT_THREADS)
                weights = torch.zeros(0)
                times = []
                for _ in range(request["calls"]):
                    start = time.perf_counter()
                    weights = self.weighting(self.gramian)
                    times.append((time.perf_counter() - start) * 1e3)
                return {"ms": times, "weights": encoded(weights.numpy().astype("<f8"))}
            case unknown:
                raise ValueError(f"unknown request {unknown}")


def installed(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def main() -> None:
    peer = Peer()
    for line in sys.stdin:
        try:
            answer = peer.answer(json.loads(line))
        except Exception as error:  # noqa: BLE001  the other side reports it
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
