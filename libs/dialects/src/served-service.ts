import type { DescService } from '@bufbuild/protobuf'
import { accessOfCalls, type CallAccess, type SettledAccess } from './call-access.ts'

/** The processes behind the gateway that answer calls. */
export type ServiceProcess = 'mining' | 'sessions'

export interface ServedService {
  readonly service: DescService
  /** The process that answers its calls. */
  readonly process: ServiceProcess
  readonly calls: readonly CallAccess[]
}

/** A service of an API: the process that answers it, and the access of each call, see `accessOfCalls`. */
export function servedBy<Service extends DescService>(
  process: ServiceProcess,
  service: Service,
  access: Readonly<Record<keyof Service['method'] & string, SettledAccess>>,
): ServedService {
  return { service, process, calls: accessOfCalls(service, access) }
}
