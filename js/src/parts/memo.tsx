import { Component, type ComponentType, type VNode } from 'preact';

/** Draws again only when a prop has changed; what preact/compat calls `memo`, without the rest of it. */
export function memo<P extends object>(Drawn: (props: P) => VNode | null): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as Record<string, unknown>;
      return Object.entries(next).some(([name, value]) => before[name] !== value);
    }
    override render(): VNode {
      return <Drawn {...this.props} />;
    }
  };
}
