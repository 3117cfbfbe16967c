import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface Props {
  readonly type: string
  readonly id: string
  readonly children: ReactNode
}

/** The object of an entry, with a link to its screen if there is one. */
export function SubjectLink({ type, id, children }: Props) {
  if (id === '') return children
  switch (type) {
    case 'suggestion':
    case 'role':
      return (
        <Link to="/candidates/$id" params={{ id }} search={{}}>
          {children}
        </Link>
      )
    case 'profile':
      return (
        <Link to="/access-profiles/$id" params={{ id }}>
          {children}
        </Link>
      )
    case 'draft':
      return (
        <Link to="/drafts/$id" params={{ id }} search={{}}>
          {children}
        </Link>
      )
    case 'review':
      return (
        <Link to="/reviews/$id" params={{ id }}>
          {children}
        </Link>
      )
    case 'session':
      return (
        <Link to="/candidates/search/$id" params={{ id }} search={{}}>
          {children}
        </Link>
      )
    case 'model':
      return (
        <Link to="/role-models/$id" params={{ id }} search={{}}>
          {children}
        </Link>
      )
    case 'policy':
      return (
        <Link to="/settings/policies/$id" params={{ id }} search={{}}>
          {children}
        </Link>
      )
    case 'source':
      return (
        <Link to="/data/sources/$id" params={{ id }}>
          {children}
        </Link>
      )
    default:
      return children
  }
}
