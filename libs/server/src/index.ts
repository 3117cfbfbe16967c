export { apiVersionHeader, apiVersionKey, apiVersionOf } from './api-version.ts'
export { aroundCalls } from './around-calls.ts'
export {
  authenticateRequest,
  type Callers,
  principalKey,
  principalOf,
  type RequestHeaders,
} from './authentication.ts'
export { longestUnaryMs } from './call-deadline.ts'
export { type CallGate, createCallGate } from './call-gate.ts'
export { CallPlaces, isRefusedCall } from './call-places.ts'
export { makeAuthority, signCertificate } from './certificates.ts'
export {
  baseUrls,
  ConfigError,
  databaseAddressOf,
  databaseSettings,
  databaseWaitMs,
  fileVariable,
  flag,
  integer,
  metricsSettings,
  optionalSecret,
  optionalText,
  port,
  queueConnections,
  readConfig,
  type Setting,
  secret,
  stopPauseSeconds,
  text,
} from './config.ts'
export { errorInterceptor, toConnectError } from './errors.ts'
export { type ExplainedSetting, explainArgument } from './explained-settings.ts'
export {
  callPlaceInterceptor,
  createLoadLimits,
  loadSettings,
  serviceLoad,
  streamPlaces,
} from './load-limits.ts'
export { callLogSettings, createLogger, type Logger, logSettings, workerLog } from './logger.ts'
export { mailSettings } from './mail-settings.ts'
export { watchAnswerCache, watchSnapshotCache } from './metrics/caches.ts'
export { noteEndpoint, noteMethod } from './metrics/calls.ts'
export { watchQueues } from './metrics/jobs.ts'
export { poolWait, watchPool } from './metrics/pools.ts'
export { refused } from './metrics/refusals.ts'
export { agedRowsRemoved, watchTables } from './metrics/tables.ts'
export { deliveryAttempt, watchWebhooks } from './metrics/webhooks.ts'
export { MovingLimit } from './moving-limit.ts'
export type { NodeRequest, NodeResponse } from './node-messages.ts'
export type { NodeHandler, TlsFiles } from './one-port.ts'
export { innerPeerLimits, peerSettings, publicPeerLimits } from './peer-limits.ts'
export { piecesOf } from './pieces.ts'
export { reply } from './reply.ts'
export { callLogInterceptor } from './request-log.ts'
export { requestInProgress } from './request-scope.ts'
export { sessionRetention, workerRetention } from './retention-settings.ts'
export { pathOf } from './rpc-handler.ts'
export { runProcess, type Started, stoppedByParent } from './run-process.ts'
export { SlowBody } from './slow-bodies.ts'
export { type RunningServer, type ServerOptions, startServer } from './start-server.ts'
export { streamIdleInterceptor } from './stream-idle.ts'
export { withTelemetry } from './telemetry.ts'
export { tracingSettings } from './tracing-settings.ts'
export { refuseUnfitValues } from './unfit-values.ts'
export { unusedPorts } from './unused-ports.ts'
export { unknownVariables, variables } from './variables.ts'
export { type CacheCounts, defaultAnswerCacheBytes, VersionedMessages } from './versioned-messages.ts'
export { recheckStreamsInterceptor } from './watches.ts'
