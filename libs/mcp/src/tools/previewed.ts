import { z } from 'zod'
import { ToolRefusal } from '../refusal.ts'
import type { Asking } from '../tool.ts'

/** The argument of every tool that changes something. */
export const previewHash = z
  .string()
  .max(64)
  .optional()
  .describe(
    'Leave it out to be shown what would happen: nothing is changed. Then give the `previewHash` of that answer with the same arguments, within ten minutes.',
  )

/** Members of the answer of every tool that changes something. */
export const previewed = {
  done: z.boolean().describe('False: this is a preview, and nothing was changed.'),
  previewHash: z.string().optional(),
}

/**
 * Whether to go on: the caller came back with the hash of what is shown. Otherwise the answer is the preview.
 * @param about all that the decision rests on: the tool, its arguments, the data, the policies
 * @throws ToolRefusal for a hash that is no longer good
 */
export function isConfirmed({ previews }: Asking, hash: string | undefined, about: unknown): boolean {
  if (hash === undefined) return false
  const fault = previews.faultOf(hash, about)
  if (fault === undefined) return true
  throw new ToolRefusal({
    code: 'failed_precondition',
    reason: fault === 'expired' ? 'PREVIEW_EXPIRED' : 'PREVIEW_CHANGED',
    message:
      fault === 'expired'
        ? 'previewHash: is older than ten minutes; leave it out to be shown what would happen now'
        : 'previewHash: is not of these arguments, or the candidate, the access data or the policies have changed since; leave it out to be shown what would happen now',
  })
}
