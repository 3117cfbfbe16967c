import { type Policy as PolicyMessage, PolicySchema } from '@assay/contracts/assay/policy/v1/policy_pb'
import { failedPrecondition, invalidArgument, listed } from '@assay/errors'
import type { Policy, PolicyContents, PolicyRequest } from '@assay/policies'
import type { FieldMask } from '@bufbuild/protobuf/wkt'
import { fromPolicyMessage } from './convert-policy.ts'

const rules = PolicySchema.oneofs.flatMap(({ fields }) => fields.map(({ name }) => name))
const details = ['display_name', 'description', 'disabled'] as const
const known = new Set(PolicySchema.fields.map(({ name }) => name))

/**
 * The policy after an update: its present values and those that the update names (AIP-134).
 * @throws invalid_argument for unknown paths; failed_precondition for a rule of another kind
 */
export function changedPolicy(
  message: PolicyMessage,
  mask: FieldMask | undefined,
  before: Policy,
  contents: PolicyContents,
): PolicyRequest {
  const paths = mask?.paths ?? []
  const unknown = paths.filter((path) => path !== '*' && !known.has(path))
  if (unknown.length > 0)
    throw invalidArgument(
      'update_mask',
      `a policy has no ${listed(unknown.map((path) => JSON.stringify(path)))}; what can be changed is ${[...details, ...rules].join(', ')}, or * for all`,
    )
  const isNamed = (path: string, isGiven: boolean) =>
    paths.length === 0 ? isGiven : paths.includes('*') || paths.includes(path)
  const given = message.rule.case
  const rule = given && PolicySchema.oneofs[0]?.fields.find(({ localName }) => localName === given)?.name
  const named =
    paths.find((path) => rules.includes(path)) ?? (paths.length === 0 || paths.includes('*') ? rule : undefined)
  if (named !== undefined && named !== before.settings.kind)
    throw failedPrecondition(
      `policy "${before.id}" is of the kind ${before.settings.kind}, which cannot change; create another policy for ${named}`,
    )
  const kept: PolicyRequest = { ...before, ...contents }
  const wanted = named === undefined ? kept : fromPolicyMessage(message)
  return {
    ...wanted,
    displayName: isNamed('display_name', message.displayName !== '') ? message.displayName : before.displayName,
    description: isNamed('description', message.description !== '') ? message.description : before.description,
    enabled: isNamed('disabled', message.disabled) ? !message.disabled : before.enabled,
  }
}
