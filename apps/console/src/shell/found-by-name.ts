import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { useQuery } from '@connectrpc/connect-query'
import { useNavigate } from '@tanstack/react-router'
import type { Command } from './command.ts'
import { texts } from './texts.ts'
import { useSettled } from './use-settled.ts'

const searchAfterMs = 150
/** With a single letter, nearly every name would match. */
const fewestLetters = 2
const mostFound = 5

/** People and entitlements whose names begin with a text, as ways to their screens. A user without the right to read finds none. */
export function useFoundByName(text: string): readonly Command[] {
  const navigate = useNavigate()
  const query = useSettled(text.trim(), searchAfterMs)
  const asked = { enabled: query.length >= fewestLetters, retry: false }
  const people = useQuery(DirectoryService.method.listIdentities, { query, pageSize: mostFound }, asked)
  const entitlements = useQuery(DirectoryService.method.listEntitlements, { query, pageSize: mostFound }, asked)
  return [
    ...(people.data?.identities ?? []).map(({ id, displayName }) => ({
      id: `person:${id}`,
      title: displayName || id,
      what: texts.aPerson,
      run: () => void navigate({ to: '/people/$id', params: { id } }),
    })),
    ...(entitlements.data?.entitlements ?? []).map(({ id, applicationId, applicationDisplayName, displayName }) => ({
      id: `entitlement:${applicationId}:${id}`,
      title: displayName || id,
      what: texts.anEntitlement(applicationDisplayName || applicationId),
      run: () => void navigate({ to: '/entitlements/$application/$id', params: { application: applicationId, id } }),
    })),
  ]
}
