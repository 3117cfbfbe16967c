import type { DescField, DescMessage } from '@bufbuild/protobuf'
import type { Binding } from '../binding.ts'
import { messageOf, parameterKind } from '../message-fields.ts'

/** The parameters that a query may have: every leaf of the request that is not in the path or the body. */
interface QueryParameters {
  /** Each is the path of fields from a field of the request to the leaf. */
  readonly leaves: readonly (readonly DescField[])[]
  /**
   * Messages that contain themselves: every parameter under the path `as` may also be under the path `at`, to any depth. These
   * leaves are not listed again.
   */
  readonly recursions: readonly { readonly at: readonly DescField[]; readonly as: readonly DescField[] }[]
}

export function queryParametersOf({ method, body, variables }: Binding): QueryParameters {
  const leaves: DescField[][] = []
  const recursions: { at: DescField[]; as: DescField[] }[] = []
  if (body.kind === 'whole') return { leaves, recursions }
  const isBound = (path: readonly DescField[]): boolean =>
    variables.some(({ fields }) => fields.length === path.length && fields.every((field, i) => field === path[i]))

  const collect = (message: DescMessage, above: readonly DescField[]): void => {
    for (const field of message.fields) {
      if (above.length === 0 && body.kind === 'field' && field === body.field) continue
      const path = [...above, field]
      const kind = parameterKind(field)
      if (kind === 'single' || kind === 'repeated') {
        if (!isBound(path)) leaves.push(path)
        continue
      }
      if (kind !== 'message' || isFreeForm(messageOf(field))) continue
      const outer = path.findIndex((step, i) => i < path.length - 1 && step.message === field.message)
      if (outer >= 0) recursions.push({ at: path, as: path.slice(0, outer + 1) })
      else if (field.message === method.input) recursions.push({ at: path, as: [] })
      else collect(messageOf(field), path)
    }
  }
  collect(method.input, [])
  return { leaves, recursions }
}

/** Whether it is a well-known type, whose JSON has no fields to name. */
function isFreeForm(message: DescMessage): boolean {
  return message.typeName.startsWith('google.protobuf.')
}
