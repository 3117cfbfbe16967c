import type { EvaluationPlan } from './evaluate-batch.ts'

/** A request to a thread: prepare for a plan, evaluate a batch, or drop the plan. */
export type EvaluationRequest = { readonly plan: EvaluationPlan } | { readonly batch: string } | { readonly done: true }
