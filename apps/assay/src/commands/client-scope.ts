import type { ScopeConditions } from '@assay/directory'

/** `department is Sales or Marketing, below or at 17, in crm` */
export function scopeInWords({ filters, managerId, applicationIds }: ScopeConditions): string {
  return [
    ...filters.map(({ attribute, values }) => `${attribute} is ${values.join(' or ')}`),
    ...(managerId === undefined ? [] : [`${managerId} and everybody below`]),
    ...(applicationIds.length === 0 ? [] : [`applications ${applicationIds.join(', ')}`]),
  ].join('; ')
}
