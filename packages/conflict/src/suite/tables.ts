/**
 * The tables of the suite's database, `conflict.sqlite`. Times are in milliseconds, floats are float64, blobs are
 * little-endian.
 *
 * @module
 */

/** `pragma application_id`: "JDcs". */
const APPLICATION = 0x4a446373

/** `pragma user_version`. */
const VERSION = 1

/** Why a database with these pragmas is not one that this program reads, as a clause; null when it is. */
export function databaseFault(application: number, version: number): string | null {
  if (application !== APPLICATION) return "it is not the database of a conflict suite"
  return version === VERSION ? null : `its tables are of version ${version}, and this program reads ${VERSION}`
}

/** Creates them. `strict` tables refuse values of another type. */
export const TABLES = `
-- A row for each search that has ended: one method on one problem, all rates and trials.
create table searches (
  id text primary key,                    -- hash of all that decides its bits
  problem text not null,
  method text not null,
  profile text not null check (profile in ('quick', 'full')),
  best_rate real,                         -- null where every rate has a trial that diverged
  good_decades real not null,             -- decades of learning rate within twice the best criterion
  ms real not null                        -- no part of the digest
) strict;

-- A row for each learning rate of a search.
create table rates (
  search text not null references searches (id),
  learning_rate real not null,
  stage text not null check (stage in ('coarse', 'fine')),
  criterion real not null,                -- what rates are chosen by; Infinity when a trial diverged
  hypervolume real,                       -- of the ends over that of the front; null where none is known
  primary key (search, learning_rate)
) strict;

-- A row for each run: a trial at a learning rate. After a trial that diverged a rate has no further ones.
create table runs (
  search text not null,
  learning_rate real not null,
  trial integer not null,
  diverged_at integer,
  worst_area real not null,
  mean_area real not null,
  main_area real,
  distance_area real,
  worst_end real,
  mean_end real,
  distance_end real,
  increases real,                         -- share of measured intervals over which some objective increased
  conflict_share real,                    -- of the pairs of rows, mean over measured steps
  worst_cosine real,                      -- of a row and the direction, least over measured steps
  similarity real,                        -- of direction and mean gradient, mean over steps
  uncertified integer,                    -- steps; null for methods without a program
  held_out real,
  final_values blob not null,             -- of the measured objectives, at the end
  ms real not null,                       -- no part of the digest
  primary key (search, learning_rate, trial),
  foreign key (search, learning_rate) references rates (search, learning_rate)
) strict;

-- The best rate's paths: excess above the least that any point can have, and distance to the Pareto set.
create table curves (
  search text not null references searches (id),
  trial integer not null,
  iterations blob not null,
  worst blob not null,
  mean blob not null,
  distance blob not null,                 -- empty where the Pareto set is not known
  primary key (search, trial)
) strict;

-- Searches that could not be made; tried again by the next start.
create table failures (
  search text primary key,
  problem text not null,
  method text not null,
  tag text not null,
  message text not null
) strict;

pragma application_id = ${APPLICATION};
pragma user_version = ${VERSION};
`
