export type { HttpRequest, HttpResponse } from './http-messages.ts'
export type { ErrorRenderer, MountOptions, RenderableFailure, RenderedError } from './mount.ts'
export { type RuleProblem, TranscodingRuleError } from './rule-problem.ts'
export { createTranscoder, type RouteInfo, type Transcoder, type TranscoderOptions } from './transcoder.ts'
