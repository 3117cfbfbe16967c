import type { DescService } from '@bufbuild/protobuf'
import { accessOfCalls, type CallAccess, type SettledAccess } from './call-access.ts'

/** The processes behind the gateway that answer calls. */
export type ServiceProcess = 'mining' | 'sessions'

export interface ServedService {
  readonly service: DescService
  /** Which process answers its calls. */
  readonly process: ServiceProcess
  readonly calls: readonly CallAccess[]
}

/** A service of an API: who answers it, and what each of its calls needs, as `accessOfCalls` has it. */
export function servedBy<Service extends DescService>(
  process: ServiceProcess,
  service: Service,
  access: Readonly<Record<keyof Service['method'] & string, SettledAccess>>,
): ServedService {
  return { service, process, calls: accessOfCalls(service, access) }
}
