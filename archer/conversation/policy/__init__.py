"""The rule-based conversation: what Archer says and does in a call without a language model."""

from archer.conversation.policy.machine import RuleConversation

__all__ = ["RuleConversation"]
