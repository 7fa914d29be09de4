"""The deterministic analytic problems of the conflict suite in PyTorch, and TorchJD's methods on them.

The formulas are restated here, and derivatives are autograd's. Reads one JSON request from stdin, writes one JSON answer to
stdout:
  request  {"definitions": what `dualcone bench conflict --definitions` prints,
            "runs": [{"problem", "method", "trial", "learningRate", "steps"}]}
  answer   {"library", "methods": [names that this installation has],
            "checks": [{"problem", "values", "jacobian"}]   largest relative differences to the exported values,
            "runs": [{... the request's, "path": [[x], ...]}]}

Methods: mean, upgrad, dualproj, imtl-g, aligned-mtl, mgda, pcgrad, and cagrad where cvxpy and clarabel are installed. All of
them in float64 with the settings of the suite; UPGrad and DualProj without the cliff `norm_eps`.
"""

import json
import math
import sys
from collections.abc import Callable
from importlib.metadata import version

import torch
from torch import Tensor
from torchjd.aggregation import CAGrad, DualProj, Mean, MGDA, AlignedMTL, IMTLG, PCGrad, UPGrad
from torchjd.linalg import QuadprogProjector

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

Objective = Callable[[Tensor], Tensor]


def dial(problem: dict, name: str) -> float:
    return next(float(dial["value"]) for dial in problem["dials"] if dial["name"] == name)


def constant(problem: dict, name: str) -> Tensor:
    return torch.tensor(problem["constants"][name], dtype=torch.float64)


def element_wise(_: dict) -> Objective:
    return lambda x: x**2


def valleys(problem: dict) -> Objective:
    """Planes of two coordinates, each with two quadratic forms turned by plus and minus the angle."""
    angle = math.pi * dial(problem, "θ/π")
    epsilon = dial(problem, "ε")
    ratio = dial(problem, "κ")
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    first = ratio * turn @ torch.diag(torch.tensor([1.0, epsilon])) @ turn.T
    second = turn.T @ torch.diag(torch.tensor([3.0, epsilon])) @ turn
    centre = torch.tensor([1.0, 0.0])

    def values(x: Tensor) -> Tensor:
        planes = x.reshape(-1, 2)
        one, two = planes - centre, planes + centre
        return torch.stack([((one @ first) * one).sum(), ((two @ second) * two).sum()])

    return values


def common_hessian(problem: dict) -> Objective:
    m = problem["objectives"]
    minima = torch.stack([constant(problem, f"minimum {i}") for i in range(m)])
    mirrors = [constant(problem, f"mirror {i}") for i in range(3)]
    hessian = torch.diag(constant(problem, "curvature"))
    for mirror in reversed(mirrors):
        reflection = torch.eye(len(mirror)) - 2 * torch.outer(mirror, mirror)
        hessian = reflection @ hessian @ reflection
    factor = constant(problem, "factor")

    def values(x: Tensor) -> Tensor:
        away = x - minima
        return factor * ((away @ hessian) * away).sum(1) / 2

    return values


def regression(problem: dict) -> Objective:
    m, n = problem["objectives"], problem["parameters"]
    designs = torch.stack([constant(problem, f"design {j}").reshape(-1, n) for j in range(m)])
    target = constant(problem, "target")
    scales = constant(problem, "scales")
    return lambda x: scales**2 * ((designs @ (x - target)) ** 2).mean(1) / 2


def positive_part(t: Tensor) -> Tensor:
    """max(t, 0) with the slope 1 at 0: the suite's rows count both sides of the kink there."""
    return torch.where(t >= 0, t, torch.zeros_like(t))


def canyons(problem: dict) -> Objective:
    scale = dial(problem, "s")

    def values(x: Tensor) -> Tensor:
        a, b = x
        canyon = positive_part(torch.tanh(b / 2))
        valley = positive_part(torch.tanh(-b / 2))
        l1 = torch.log(torch.clamp(torch.abs(0.5 * (-a - 7) - torch.tanh(-b)), min=5e-6)) + 6
        l2 = torch.log(torch.clamp(torch.abs(0.5 * (-a + 3) + torch.tanh(-b) + 2), min=5e-6)) + 6
        q1 = ((-a + 7) ** 2 + 0.1 * (-b - 8) ** 2) / 10 - 20
        q2 = ((-a - 7) ** 2 + 0.1 * (-b - 8) ** 2) / 10 - 20
        return torch.stack([scale * (canyon * l1 + valley * q1), canyon * l2 + valley * q2])

    return values


def vlmop1(_: dict) -> Objective:
    return lambda x: torch.cat([x**2, (x - 2) ** 2])


def vlmop2(problem: dict) -> Objective:
    centre = 1 / math.sqrt(problem["parameters"])
    return lambda x: 1 - torch.exp(-torch.stack([((x - centre) ** 2).sum(), ((x + centre) ** 2).sum()]))


def vlmop3(_: dict) -> Objective:
    def values(x: Tensor) -> Tensor:
        a, b = x
        r = a**2 + b**2
        second = (3 * a - 2 * b + 4) ** 2 / 8 + (a - b + 1) ** 2 / 27 + 15
        return torch.stack([r / 2 + torch.sin(r), second, 1 / (r + 1) - 1.1 * torch.exp(-r)])

    return values


def zdt(shape: Callable[[Tensor, Tensor], Tensor]) -> Callable[[dict], Objective]:
    def values(x: Tensor) -> Tensor:
        g = 1 + 9 * x[1:].mean()
        return torch.stack([x[0], g * shape(x[0], g)])

    return lambda _: values


def dtlz1(_: dict) -> Objective:
    def values(x: Tensor) -> Tensor:
        a, b = x[0], x[1]
        g = ((x[2:] - 0.5) ** 2).sum()
        return 0.5 * (1 + g) * torch.stack([a * b, a * (1 - b), 1 - a])

    return values


def dtlz2(_: dict) -> Objective:
    def values(x: Tensor) -> Tensor:
        a, b = x[0] * math.pi / 2, x[1] * math.pi / 2
        g = ((x[2:] - 0.5) ** 2).sum()
        return (1 + g) * torch.stack([a.cos() * b.cos(), a.cos() * b.sin(), a.sin()])

    return values


def opposed(problem: dict) -> Objective:
    epsilon = dial(problem, "ε")
    centre = 1 / math.sqrt(problem["parameters"])

    def values(x: Tensor) -> Tensor:
        first = ((x - centre) ** 2).sum() / 2
        return torch.stack([first, epsilon * (x**2).sum() - first])

    return values


def bilinear_game(problem: dict) -> Objective:
    epsilon = dial(problem, "ε")

    def values(x: Tensor) -> Tensor:
        both = epsilon * (x**2).sum() / 2
        return torch.stack([x[0] * x[1] + both, -x[0] * x[1] + both])

    return values


def bilevel(_: dict) -> Objective:
    return lambda x: torch.stack([x[0] ** 2 / 2, ((x[0] - 1) ** 2 + x[1] ** 2) / 2])


FORMULAS: dict[str, Callable[[dict], Objective]] = {
    "ewq": element_wise,
    "ewq-16": element_wise,
    "cqf": valleys,
    "cqf-40": valleys,
    "cqf-flat": valleys,
    "cqf-right-angle": valleys,
    "cqf-scales": valleys,
    "hull-3": common_hessian,
    "hull-10": common_hessian,
    "hull-scales": common_hessian,
    "regression-1": regression,
    "regression-100": regression,
    "regression-1e6": regression,
    "canyons": canyons,
    "canyons-0.1": canyons,
    "canyons-0.01": canyons,
    "vlmop1": vlmop1,
    "vlmop2": vlmop2,
    "vlmop2-6": vlmop2,
    "vlmop3": vlmop3,
    "zdt1": zdt(lambda a, g: 1 - torch.sqrt(a / g)),
    "zdt2": zdt(lambda a, g: 1 - (a / g) ** 2),
    "zdt3": zdt(lambda a, g: 1 - torch.sqrt(a / g) - (a / g) * torch.sin(10 * math.pi * a)),
    "dtlz1": dtlz1,
    "dtlz2": dtlz2,
    "opposed": opposed,
    "bilinear-game": bilinear_game,
    "bilevel": bilevel,
}

TINY = 1e-300

AGGREGATORS: dict[str, Callable[[], Callable[[Tensor], Tensor]]] = {
    "mean": Mean,
    "upgrad": lambda: UPGrad(projector=QuadprogProjector(norm_eps=TINY)),
    "dualproj": lambda: DualProj(projector=QuadprogProjector(norm_eps=TINY)),
    "imtl-g": IMTLG,
    "aligned-mtl": AlignedMTL,
    "mgda": MGDA,
    "pcgrad": PCGrad,
    "cagrad": lambda: CAGrad(c=0.5, norm_eps=TINY),
}


def available(name: str) -> bool:
    try:
        AGGREGATORS[name]()(torch.eye(2))
    except (ImportError, ValueError):
        return False
    return True


def jacobian_of(objective: Objective, x: Tensor) -> tuple[Tensor, Tensor]:
    point = x.clone().requires_grad_(True)
    values = objective(point)
    rows = [torch.autograd.grad(value, point, retain_graph=True)[0] for value in values]
    return values.detach(), torch.stack(rows)


def check(problem: dict, objective: Objective) -> dict:
    """Largest differences to the exported values and rows, each over the largest entry of its own."""
    values, jacobian = 0.0, 0.0
    for point in problem["checks"]:
        found, rows = jacobian_of(objective, torch.tensor(point["x"], dtype=torch.float64))
        wanted = torch.tensor(point["values"], dtype=torch.float64)
        wanted_rows = torch.tensor(point["jacobian"], dtype=torch.float64)
        values = max(values, ((found - wanted).abs().max() / wanted.abs().max()).item())
        jacobian = max(jacobian, ((rows - wanted_rows).abs().max() / wanted_rows.abs().max()).item())
    return {"problem": problem["name"], "values": values, "jacobian": jacobian}


def descend(problem: dict, objective: Objective, run: dict) -> list[list[float]]:
    """x before the first update and after each; it ends early where a value stops being finite."""
    starts = problem["starts"]
    x = torch.tensor(starts[run["trial"] % len(starts)], dtype=torch.float64).requires_grad_(True)
    kind = torch.optim.Adam if problem["optimizer"] == "adam" else torch.optim.SGD
    optimizer = kind([x], lr=run["learningRate"])
    aggregate = AGGREGATORS[run["method"]]()
    box = problem["box"]
    bounds = None if box is None else [torch.tensor(box[end], dtype=torch.float64) for end in ("low", "high")]
    path = [x.tolist()]
    for _ in range(run["steps"]):
        values, jacobian = jacobian_of(objective, x.detach())
        if not values.isfinite().all():
            break
        x.grad = aggregate(jacobian)
        optimizer.step()
        if bounds is not None:
            with torch.no_grad():
                x.copy_(torch.minimum(torch.maximum(x, bounds[0]), bounds[1]))
        if not x.isfinite().all():
            break
        path.append(x.tolist())
    return path


def main() -> None:
    request = json.load(sys.stdin)
    problems = {problem["name"]: problem for problem in request["definitions"]["problems"]}
    objectives = {name: FORMULAS[name](problem) for name, problem in problems.items() if name in FORMULAS}
    runs = []
    for run in request["runs"]:
        name = run["problem"]
        runs.append({**run, "path": descend(problems[name], objectives[name], run)})
    answer = {
        "library": f"TorchJD {version('torchjd')}",
        "methods": [name for name in AGGREGATORS if available(name)],
        "checks": [check(problems[name], objective) for name, objective in objectives.items()],
        "runs": runs,
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
