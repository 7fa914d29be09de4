/**
 * The tables of a sweep's database, `sweep.sqlite`. Times are in milliseconds, floats are float64, blobs are
 * little-endian.
 *
 * @module
 */

/** `pragma application_id`: "JDsw". */
export const APPLICATION = 0x4a447377

/** `pragma user_version`. */
export const VERSION = 1

/** Why a database with these pragmas is not one that this program reads, as a clause; null when it is. */
export function databaseFault(application: number, version: number): string | null {
  if (application !== APPLICATION) return "it is not the database of a sweep"
  return version === VERSION ? null : `its tables are of version ${version}, and this program reads ${VERSION}`
}

/** Creates them. `strict` tables refuse values of another type. */
export const TABLES = `
-- One row: the sweep, as JSON with sorted keys.
create table sweep (
  id integer primary key check (id = 1),
  json text not null
) strict;

-- A row for each run that is planned. Runs that differ by learning rate and stage alone share their "rate_group".
create table runs (
  id text primary key,
  ordinal integer not null unique,        -- order of planning
  rate_group text not null,
  data_set text not null,                 -- label
  subset integer not null,
  examples integer not null,
  seed integer not null,
  aggregator text not null,               -- JSON, defaults filled in
  label text not null,                    -- the aggregator in tables
  optimizer text not null,                -- JSON without the learning rate
  batch_size integer not null,
  epochs integer not null,
  iterations_per_epoch integer not null,
  learning_rate real not null,
  stage text not null check (stage in ('list', 'coarse', 'fine'))
) strict;
create index runs_by_group on runs (rate_group);

-- A row for each run that came to an end of its own.
create table results (
  run text primary key references runs (id),
  status text not null check (status in ('done', 'diverged')),
  diverged_at integer,                    -- the iteration with the first value that is not finite; null when done
  area real not null,                     -- sum over epochs of the epoch's mean loss; Infinity when diverged
  final_loss real,                        -- mean loss of the last epoch; null when diverged
  similarity real,                        -- mean over iterations of cos(direction, mean gradient)
  certified real,                         -- share of iterations whose certificate holds; null without a program
  test_loss real,                         -- null when diverged or not asked for
  test_accuracy real,
  digest text not null,                   -- SHA-256 over the losses' and the last parameters' bits
  ms real not null                        -- time in the process that ended it; no part of the contents' digest
) strict;

-- One float64 a completed iteration. Means of iterations_per_epoch losses each are the epoch means; their sum is the
-- area.
create table curves (
  run text primary key references results (run),
  losses blob not null,                   -- mean loss of the batch before the update
  similarities blob not null              -- cos(direction, mean gradient)
) strict;

-- Runs that could not be made; tried again by the next start of the sweep.
create table failures (
  run text primary key references runs (id),
  tag text not null,                      -- the error's type, such as InputError
  message text not null
) strict;

pragma application_id = ${APPLICATION};
pragma user_version = ${VERSION};
`
