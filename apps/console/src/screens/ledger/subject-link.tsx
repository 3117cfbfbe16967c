import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface Props {
  readonly type: string
  readonly id: string
  readonly children: ReactNode
}

/** What an entry is about, which leads to its screen where it has one. */
export function SubjectLink({ type, id, children }: Props) {
  if (id === '') return children
  switch (type) {
    case 'suggestion':
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
