import { Link } from '@tanstack/react-router'

/** The name of a person in a row, which leads to the page about them. */
export function PersonLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Link className="grid-name" to="/people/$id" params={{ id }} tabIndex={-1} title={name}>
      <bdi>{name || id}</bdi>
    </Link>
  )
}
