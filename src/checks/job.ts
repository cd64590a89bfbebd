import { type ArrivalJob, type ArrivalResult, findArrival } from './engine/arrival.ts';
import { type FigureJob, type FigureResult, runFigure } from './engine/figure.ts';
import { type DataJob, type DataResult, runData } from './engine/run.ts';

/** What a thread is given, and what it gives back. */
export type Job = DataJob | FigureJob | ArrivalJob;
export type JobResult = DataResult | FigureResult | ArrivalResult;

export function runJob(job: Job): Promise<JobResult> {
  switch (job.is) {
    case 'data':
      return runData(job);
    case 'figure':
      return runFigure(job);
    case 'arrival':
      return findArrival(job);
  }
}
