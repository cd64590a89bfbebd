import { type FigureJob, type FigureResult, runFigure } from './engine/figure.ts';
import { type DataJob, type DataResult, runData } from './engine/run.ts';

/** What a thread is given, and what it gives back. */
export type Job = DataJob | FigureJob;
export type JobResult = DataResult | FigureResult;

export const runJob = (job: Job): Promise<JobResult> =>
  job.is === 'data' ? runData(job) : runFigure(job);
