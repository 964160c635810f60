import { Component, type ComponentChildren } from 'preact';
import { messageOf } from '../parts/message';

interface GuardProps {
  onError?(message: string): void;
  children: ComponentChildren;
}

/** Around a part of a card: code that fails over what it is given must not take the rest of the view with it. */
export class Guard extends Component<GuardProps, { failure?: string }> {
  override componentDidCatch(error: unknown): void {
    const failure = messageOf(error);
    this.setState({ failure });
    this.props.onError?.(failure);
  }

  override render({ children }: GuardProps, { failure }: { failure?: string }): ComponentChildren {
    return failure === undefined ? children : <div class="hitl-note">This cannot be drawn here: {failure}</div>;
  }
}
