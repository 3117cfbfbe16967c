/** The processes that log in to the database, each with separate rights. */
export const serviceNames = ['gateway', 'mining', 'mining-worker', 'sessions'] as const

export type ServiceName = (typeof serviceNames)[number]

/**
 * The role with the common rights of all services, which is itself a member of nothing. Every login of a service is a member of it, through
 * its group.
 */
export const serviceRole = 'assay_service'

/** The role that holds the rights of a service; its logins are members. Migration 0032 makes them. */
export function groupRole(service: ServiceName): string {
  return `assay_${service.replaceAll('-', '_')}`
}
