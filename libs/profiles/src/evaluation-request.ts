import type { EvaluationPlan } from './evaluate-batch.ts'

/** What a thread is asked: to prepare for a plan, to evaluate a batch, or to forget the plan. */
export type EvaluationRequest = { readonly plan: EvaluationPlan } | { readonly batch: string } | { readonly done: true }
