export { apiVersionHeader, apiVersionKey, apiVersionOf } from './api-version.ts'
export {
  authenticate,
  authenticateHeader,
  authenticationGate,
  principalKey,
  principalOf,
  type VerifyToken,
} from './authentication.ts'
export {
  baseUrl,
  ConfigError,
  flag,
  integer,
  oneOf,
  optionalText,
  port,
  readConfig,
  type Setting,
  secret,
  text,
} from './config.ts'
export { errorDomain, errorInterceptor, internalErrorText, toConnectError } from './errors.ts'
export { enveloped, openedAnswer } from './grpc-envelope.ts'
export { createLogger, type Logger, workerLog } from './logger.ts'
export { refuseNullCharacters } from './null-characters.ts'
export type { NodeHandler, NodeRequest, NodeResponse, TlsFiles } from './one-port.ts'
export { onwardCall } from './onward-call.ts'
export type { DependencyCheck } from './readiness.ts'
export { reply, replyText } from './reply.ts'
export { callLogInterceptor } from './request-log.ts'
export { requestInProgress } from './request-scope.ts'
export { pathOf } from './rpc-handler.ts'
export { runProcess, type Started } from './run-process.ts'
export { defaultMaxMessageBytes, type RunningServer, type ServerOptions, startServer } from './start-server.ts'
export { unusedPorts } from './unused-ports.ts'
export { VersionedMessages } from './versioned-messages.ts'
