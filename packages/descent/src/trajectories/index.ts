/**
 * Trajectories: problems with known answers, paths on them, their figures and pictures.
 *
 * @module
 */
export { measureTrajectory, type TrajectoryMeasures } from "./measure.ts"
export { methodList, trajectoryAggregator, usualMethods } from "./settings.ts"
export { optimizerOf, runTrajectory, type Trajectory, type TrajectoryOptions } from "./trajectory.ts"
export { type MethodTrajectories, type TrajectoryPictureOptions, trajectoryPicture } from "./trajectory-picture.ts"
