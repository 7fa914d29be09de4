// Weights of projections onto the dual cone: argmin { v' C v : v >= u } with C = G + EPSILON tr(G) I, one workgroup a
// program. UPGrad solves one a row, u = e_i; DualProj one, u the preference. With v = u + x the optimality conditions
// are x >= 0, s = C v >= 0 and x's = 0: block principal pivoting on the set where x is free, by Cholesky. Where it
// stalls, projected coordinate sweeps find a better set; after 24 factorisations it gives up and says so.
//
// All is solved for rows of unit length under C. Scales of the rows are powers of two; the largest is divided out of
// all of them first, so that no square underflows.

override EXAMPLES: u32; // planned
override THREADS: u32; // at least EXAMPLES
override UPGRAD: u32; // 1 UPGrad, 0 DualProj
override EPSILON: f32;
override SCALES_AT: u32;
override PREFERENCE_AT: u32;
override GRAMIAN_AT: u32;
override PROJECTIONS_AT: u32; // [program][EXAMPLES]
override REPORTS_AT: u32; // [program]: residual, factorisations, sweeps, solved
override HEALTH_AT: u32; // 0, or 1 for a Gramian that is not finite

const TOLERANCE = 2e-6;
const FACTORISATIONS = 24u;
const SWEEPS = 60u;
const PATIENCE = 1u;
// Below it a pivot is rounding.
const LEAST_PIVOT = 6e-8;

@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

var<workgroup> factor: array<f32, EXAMPLES * (EXAMPLES + 1u) / 2u>; // lower triangle, packed by rows
var<workgroup> units: array<f32, EXAMPLES>; // 1 / length of a row under C
var<workgroup> scaled: array<f32, EXAMPLES>; // scale x unit
var<workgroup> bounds: array<f32, EXAMPLES>; // u for rows of unit length
var<workgroup> members: array<u32, EXAMPLES>; // 1 where x is free
var<workgroup> chosen: array<u32, EXAMPLES>; // rows where x is free, in order
var<workgroup> eliminated: array<f32, EXAMPLES>;
var<workgroup> solution: array<f32, EXAMPLES>;
var<workgroup> free_values: array<f32, EXAMPLES>; // x
var<workgroup> wrong: atomic<u32>;
var<workgroup> shared_count: u32;
var<workgroup> change: f32;

// Where the summary of this replica begins.
var<private> summary_at: u32;

fn finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// C for rows of unit length.
fn entry(i: u32, j: u32) -> f32 {
  return select(summary[summary_at + GRAMIAN_AT + i * EXAMPLES + j] * scaled[i] * scaled[j], 1.0, i == j);
}

fn packed(row: u32, column: u32) -> u32 {
  return row * (row + 1u) / 2u + column;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  summary_at = group.y * SUMMARY_STRIDE;
  let m = batch.examples;
  let program = group.x;
  let live = thread < m;
  let me = min(thread, m - 1u);

  // Trace, and the length of each row under C.
  var largest_scale = 0.0;
  for (var i = 0u; i < m; i++) {
    largest_scale = max(largest_scale, summary[summary_at + SCALES_AT + i]);
  }
  var trace = 0.0;
  var healthy = finite(largest_scale);
  for (var i = 0u; i < m; i++) {
    let scale = select(0.0, summary[summary_at + SCALES_AT + i] / largest_scale, largest_scale > 0.0);
    let square = summary[summary_at + GRAMIAN_AT + i * (EXAMPLES + 1u)];
    healthy = healthy && finite(square);
    trace += square * scale * scale;
  }
  healthy = healthy && finite(trace);
  if (thread == 0u && program == 0u) {
    summary[summary_at + HEALTH_AT] = select(1.0, 0.0, healthy);
  }
  let nothing = !healthy || trace <= 0.0;
  let ridge = EPSILON * trace;
  let scale = select(0.0, summary[summary_at + SCALES_AT + me] / largest_scale, largest_scale > 0.0);
  let unit = select(
    inverseSqrt(summary[summary_at + GRAMIAN_AT + me * (EXAMPLES + 1u)] * scale * scale + ridge), 1.0, nothing);
  if (live) {
    units[thread] = unit;
    scaled[thread] = unit * scale;
    bounds[thread] = select(summary[summary_at + PREFERENCE_AT + me] / unit, select(0.0, 1.0, thread == program), UPGRAD == 1u);
  }
  workgroupBarrier();
  // The weights of DualProj may span decades: divide by the largest.
  var norm = unit_of(program);
  if (UPGRAD == 0u) {
    norm = 0.0;
    for (var i = 0u; i < m; i++) {
      norm = max(norm, bounds[i]);
    }
  }
  workgroupBarrier();
  if (live && UPGRAD == 0u) {
    bounds[thread] /= norm;
  }
  workgroupBarrier();

  var slope_of_bound = 0.0; // (C u)_me
  if (UPGRAD == 1u) {
    slope_of_bound = entry(me, program);
  } else {
    for (var i = 0u; i < m; i++) {
      slope_of_bound = fma(entry(me, i), bounds[i], slope_of_bound);
    }
  }
  let candidate = live && !nothing && (UPGRAD == 0u || thread != program);
  var is_free = candidate && slope_of_bound < 0.0;
  var x = 0.0;
  var factorisations = 0u;
  var swept = 0u;
  var solved = false;
  var fewest = 0xffffffffu;
  var patience = PATIENCE;

  for (var round = 0u; round < FACTORISATIONS; round++) {
    // The rows where x is free, in order.
    if (live) {
      members[thread] = select(0u, 1u, is_free);
    }
    workgroupBarrier();
    var rank = 0u;
    var count = 0u;
    for (var i = 0u; i < m; i++) {
      if (i < me) {
        rank += members[i];
      }
      count += members[i];
    }
    if (is_free) {
      chosen[rank] = thread;
    }
    if (thread == 0u) {
      shared_count = count;
    }
    let size = workgroupUniformLoad(&shared_count);

    // Cholesky of C on these rows, and the forward substitution with -C u beside it.
    let row = min(thread, max(size, 1u) - 1u);
    let inside = thread < size;
    var rest = 0.0;
    if (inside) {
      let own = chosen[row];
      if (UPGRAD == 1u) {
        rest = -entry(own, program);
      } else {
        for (var i = 0u; i < m; i++) {
          rest = fma(-entry(own, i), bounds[i], rest);
        }
      }
    }
    for (var column = 0u; column < size; column++) {
      var sum = 0.0;
      if (inside && row >= column) {
        sum = entry(chosen[row], chosen[column]);
        for (var k = 0u; k < column; k++) {
          sum = fma(-factor[packed(row, k)], factor[packed(column, k)], sum);
        }
        if (row == column) {
          let pivot = sqrt(max(sum, LEAST_PIVOT));
          factor[packed(column, column)] = pivot;
          eliminated[column] = rest / pivot;
        }
      }
      workgroupBarrier();
      if (inside && row > column) {
        let below = sum / factor[packed(column, column)];
        factor[packed(row, column)] = below;
        rest = fma(-below, eliminated[column], rest);
      }
      workgroupBarrier();
    }
    var back = 0.0;
    if (inside) {
      back = eliminated[row];
    }
    for (var k = size; k > 0u; k--) {
      let column = k - 1u;
      if (inside && row == column) {
        solution[column] = back / factor[packed(column, column)];
      }
      workgroupBarrier();
      if (inside && row < column) {
        back = fma(-factor[packed(column, row)], solution[column], back);
      }
    }
    workgroupBarrier();
    factorisations = round + 1u;

    x = 0.0;
    if (is_free) {
      x = solution[rank];
    }
    var slope = slope_of_bound;
    var length = 1.0;
    for (var k = 0u; k < size; k++) {
      slope = fma(entry(me, chosen[k]), solution[k], slope);
      length = max(length, abs(solution[k]));
    }
    let tolerance = TOLERANCE * length;
    let breaks = candidate && select(slope < -tolerance, x < -tolerance, is_free);
    if (thread == 0u) {
      atomicStore(&wrong, 0u);
    }
    workgroupBarrier();
    if (breaks) {
      atomicAdd(&wrong, 1u);
    }
    workgroupBarrier();
    if (thread == 0u) {
      shared_count = atomicLoad(&wrong);
    }
    let broken = workgroupUniformLoad(&shared_count);
    if (broken == 0u) {
      solved = true;
      break;
    }

    if (broken < fewest) {
      fewest = broken;
      patience = PATIENCE;
      is_free = is_free != breaks;
    } else if (patience > 0u) {
      patience--;
      is_free = is_free != breaks;
    } else {
      // Projected sweeps over the coordinates, from the clipped point.
      x = max(x, 0.0);
      if (live) {
        free_values[thread] = x;
      }
      workgroupBarrier();
      slope = slope_of_bound;
      for (var i = 0u; i < m; i++) {
        slope = fma(entry(me, i), free_values[i], slope);
      }
      for (var sweep = 0u; sweep < SWEEPS; sweep++) {
        for (var i = 0u; i < m; i++) {
          if (thread == i) {
            change = select(0.0, max(-x, -slope), candidate);
            x += change;
          }
          workgroupBarrier();
          slope = fma(entry(me, i), change, slope);
          workgroupBarrier();
        }
      }
      swept += SWEEPS;
      is_free = candidate && x > 0.0;
      fewest = 0xffffffffu;
      patience = PATIENCE;
    }
  }

  // What was found, and how well it solves the conditions: max |r| / sqrt(v' C v), where r is s on free rows and its
  // negative part on the others.
  x = max(x, 0.0);
  if (live) {
    free_values[thread] = x;
  }
  workgroupBarrier();
  var slope = slope_of_bound;
  for (var i = 0u; i < m; i++) {
    slope = fma(entry(me, i), free_values[i], slope);
  }
  let value = bounds[me] + x;
  if (live) {
    solution[thread] = value * slope;
    eliminated[thread] = select(0.0, select(max(-slope, 0.0), abs(slope), x > 0.0), candidate);
  }
  workgroupBarrier();
  if (thread == 0u) {
    var square = 0.0;
    var worst = 0.0;
    for (var i = 0u; i < m; i++) {
      square += solution[i];
      worst = max(worst, eliminated[i]);
    }
    let report = REPORTS_AT + 4u * program;
    summary[summary_at + report] = select(0.0, worst * inverseSqrt(max(square, 1e-30)), worst > 0.0);
    summary[summary_at + report + 1u] = f32(factorisations);
    summary[summary_at + report + 2u] = f32(swept);
    summary[summary_at + report + 3u] = select(0.0, 1.0, solved && healthy);
  }
  if (live) {
    summary[summary_at + PROJECTIONS_AT + program * EXAMPLES + thread] = value * unit * select(norm, 1.0 / norm, UPGRAD == 1u);
  }
}

fn unit_of(row: u32) -> f32 {
  return units[min(row, EXAMPLES - 1u)];
}
