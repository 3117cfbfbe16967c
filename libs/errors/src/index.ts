export { clipped, clippedMessage, listed, mostListed } from './clipped-text.ts'
export { DomainError, type DomainErrorKind, type FieldViolation } from './domain-error.ts'
export { itemAt } from './item-at.ts'
export {
  aborted,
  alreadyExists,
  failedPrecondition,
  invalidArgument,
  notFound,
  permissionDenied,
  resourceExhausted,
  unauthenticated,
  unavailable,
} from './kinds.ts'
export { leftOutPrivate, privateKind } from './private-names.ts'
export { isSecretName, leftOutSecret } from './secret-names.ts'
