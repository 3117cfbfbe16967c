import { Link } from '@tanstack/react-router'
import type { Reference } from './reference.ts'
import { kindNames } from './texts.ts'

/** The name of a candidate, which leads to its page. */
export function CandidateLink({ reference, name }: { readonly reference: Reference; readonly name: string }) {
  const { kind, id } = reference
  const shown = <bdi>{name || kindNames[kind]}</bdi>
  if (kind === 'suggestion' || kind === 'role')
    return (
      <Link to="/candidates/$id" params={{ id }} search={{}}>
        {shown}
      </Link>
    )
  if (kind === 'draft')
    return (
      <Link to="/drafts/$id" params={{ id }} search={{}}>
        {shown}
      </Link>
    )
  return (
    <Link to="/access-profiles/$id" params={{ id }}>
      {shown}
    </Link>
  )
}
