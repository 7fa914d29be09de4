"""PyTorch and TorchJD as a peer of the benchmark: one JSON request a line on stdin, one JSON answer a line on stdout.

Requests, by "do":
  describe                                     versions and the default number of threads
  network    description, parameters, batches, learningRate, device ("cpu" or "cuda", by default "cpu")
             builds the network once a method (so that autogram's hooks burden no other) and answers with the losses of
             the first batch, the UPGrad weights of its Gramian and the norm of the gradient of its mean loss
  steps      method "sgd", "upgrad" (by autogram) or "autojac" (UPGrad by autojac), threads, skip, steps:
             milliseconds of each step after the skipped ones
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
from torch import nn
from torch.nn.functional import cross_entropy
from torchjd.aggregation import UPGrad, UPGradWeighting
from torchjd.autogram import Engine
from torchjd.autojac import backward as jacobian_backward
from torchjd.autojac import jac_to_grad

DEFAULT_THREADS = torch.get_num_threads()


def decoded(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=dtype).copy()


def encoded(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array)).decode()


METHODS = ("sgd", "upgrad", "autojac")


class Sum(nn.Module):
    """The sum of branches that read the same input."""

    def __init__(self, branches: list[nn.Sequential]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        first, *rest = (branch(value) for branch in self.branches)
        for branch in rest:
            first = first + branch
        return first


def sequential(described: list[dict], shape: list[int]) -> nn.Sequential:
    """The layers of a description, numbered as they are there, on examples of this shape."""
    layers: list[nn.Module] = []
    for layer in described:
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
            case "average-pool2d":
                made = nn.AvgPool2d(layer["kernel"], stride=layer.get("stride"))
            case "group-norm":
                made = nn.GroupNorm(layer["groups"], shape[0], eps=layer.get("epsilon", 1e-5))
            case "sum":
                made = Sum([sequential(branch, shape) for branch in layer["branches"]])
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
        self.models = {
            name: sequential(description["layers"], description["input"]).to(self.device) for name in METHODS
        }
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
        self.aggregator = UPGrad()
        self.taken = 0

    def losses(self, method: str, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        inputs, labels = batch
        return cross_entropy(self.models[method](inputs), labels, reduction="none")

    def first(self) -> dict:
        losses = self.losses("upgrad", self.batches[0])
        gramian = self.engine.compute_gramian(losses)
        return {
            "losses": encoded(losses.detach().cpu().numpy().astype("<f8")),
            "weights": encoded(self.weighting(gramian).detach().cpu().numpy().astype("<f8")),
            "gradientNorm": gramian.sum().clamp(min=0).sqrt().item() / len(losses),
        }

    def step(self, method: str) -> None:
        batch = self.batches[self.taken % len(self.batches)]
        self.taken += 1
        self.optimizers[method].zero_grad()
        losses = self.losses(method, batch)
        if method == "sgd":
            losses.mean().backward()
        elif method == "autojac":
            jacobian_backward(losses)
            jac_to_grad(self.models[method].parameters(), self.aggregator)
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
                torchjd = f"TorchJD {installed('torchjd')} with quadprog {installed('quadprog')}"
                return {
                    "library": f"PyTorch {torch.__version__} and {torchjd}, Python {sys.version.split()[0]}",
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
