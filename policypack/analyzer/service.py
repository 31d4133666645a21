# ruff: noqa: ARG002 - the protocol gives every method a request and a context
"""The engine's Analyzer service: one reading and one analysis of the stack for all policies.

The engine calls ``Handshake``, ``ConfigureStack``, ``GetPluginInfo``, ``GetAnalyzerInfo`` and
``Configure`` once, then ``Remediate`` and ``Analyze`` for each resource, then ``AnalyzeStack``, one
call at a time (``proto/pulumi/analyzer.proto`` and ``pkg/engine/update.go`` of pulumi/pulumi).
An exception that leaves a method aborts the user's whole operation, so none does.
"""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError

from policypack import __version__
from policypack.analyzer.introduction import PACK_NAME, analyzer_info
from policypack.analyzer.protocol import analyzer_pb2, plugin_pb2

if TYPE_CHECKING:
    from grpc import ServicerContext

    from policypack.analyzer.operation import Outcome
    from policypack.declared import Stack
    from policypack.sources.engine import EngineStack
    from policypack.sources.engine_message import (
        UndecodedAnalysis,
        UndecodedConfiguration,
        UndecodedSettings,
        UndecodedStack,
    )

_LEVEL_NAMES: Final[Mapping[int, str]] = {
    analyzer_pb2.ADVISORY: "advisory",
    analyzer_pb2.MANDATORY: "mandatory",
    analyzer_pb2.DISABLED: "disabled",
    analyzer_pb2.REMEDIATE: "remediate",
}
_LEVELS: Final = {"advisory": analyzer_pb2.ADVISORY, "mandatory": analyzer_pb2.MANDATORY}
_NO_DIAGNOSTICS: Final = analyzer_pb2.AnalyzeResponse()
_NO_REMEDIATIONS: Final = analyzer_pb2.RemediateResponse()


class AnalyzerService:
    """Serves one operation of the engine.

    What the engine shows is kept and judged in ``AnalyzeStack``: a call for each resource has to be
    short, because the engine waits for every one of them.
    """

    def __init__(self) -> None:
        self._read: Stack | None = None
        self._begin()

    def _begin(self) -> None:
        """Know nothing of an operation before: it may have been about another stack."""
        self._introduction: analyzer_pb2.AnalyzerStackConfigureRequest | None = None
        self._configuration: Mapping[str, UndecodedSettings] = {}
        self._forget_resources()

    def _forget_resources(self) -> None:
        self._engine: EngineStack | None = None
        self._failure: Exception | None = None

    def Handshake(
        self, request: analyzer_pb2.AnalyzerHandshakeRequest, context: "ServicerContext"
    ) -> analyzer_pb2.AnalyzerHandshakeResponse:
        """The engine says where it is; nothing is asked of it. An operation begins."""
        self._begin()
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def ConfigureStack(
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, context: "ServicerContext"
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Which stack this is, and its configuration."""
        self._forget_resources()
        self._introduction = request
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def GetPluginInfo(self, request: Empty, context: "ServicerContext") -> plugin_pb2.PluginInfo:
        """Our version."""
        return plugin_pb2.PluginInfo(version=__version__)

    def GetAnalyzerInfo(self, request: Empty, context: "ServicerContext") -> analyzer_pb2.AnalyzerInfo:
        """The policies, their levels and what can be set."""
        return analyzer_info()

    def Configure(self, request: "UndecodedConfiguration", context: "ServicerContext") -> Empty:
        """Settings and levels, merged by the engine from our defaults and the user's file."""
        self._configuration = request.policyConfig
        return Empty()

    def Remediate(
        self, request: "UndecodedAnalysis", context: "ServicerContext"
    ) -> analyzer_pb2.RemediateResponse:
        """Asked before every ``Analyze``, whether a policy remediates or not; none does."""
        return _NO_REMEDIATIONS

    def Analyze(
        self, request: "UndecodedAnalysis", context: "ServicerContext"
    ) -> analyzer_pb2.AnalyzeResponse:
        """Keep the inputs of one resource; everything is said at the end."""
        try:
            self._see(request)
        except Exception as failure:
            self._failure = failure
        return _NO_DIAGNOSTICS

    def _see(self, request: "UndecodedAnalysis") -> None:
        from policypack.huaweicloud.names import is_read_whole
        from policypack.sources.engine import EngineStack

        if self._engine is None:
            self._engine = EngineStack(os.environ)
        self._engine.see(request, whole=is_read_whole(request.type))

    def AnalyzeStack(
        self, request: "UndecodedStack", context: "ServicerContext"
    ) -> analyzer_pb2.AnalyzeResponse:
        """Say everything about the stack."""
        try:
            outcome = self._decided(request)
            answer = _response(outcome)
        except Exception as failure:  # a damaged installation must neither crash nor pass a preview
            return _failed(failure)
        if outcome.summary:
            sys.stderr.write(outcome.summary)
            sys.stderr.flush()
        return answer

    def _decided(self, request: "UndecodedStack") -> "Outcome":
        from policypack.analyzer.operation import Operation, not_readable
        from policypack.sources.engine import EngineStack
        from policypack.sources.engine_message import Properties

        engine, failure = self._engine or EngineStack(os.environ), self._failure
        introduction, self._introduction = self._introduction, None
        self._forget_resources()

        def read() -> "Stack":
            if failure is not None:
                raise failure
            if introduction is not None:
                engine.introduce(introduction)
            # Kept, because taking a large stack apart would make the engine wait.
            self._read = engine.stack(request.resources)
            return self._read

        document = {}
        for policy, one in self._configuration.items():
            level = _LEVEL_NAMES.get(one.enforcementLevel, "mandatory")
            try:
                document[policy] = {**Properties(one), "enforcementLevel": level}
            except (DecodeError, RecursionError):
                return not_readable(policy)
        return Operation(document).decide(read)

    def Cancel(self, request: Empty, context: "ServicerContext") -> Empty:
        """The engine gives up, and ends us next; what we do takes no time that is worth cutting short."""
        return Empty()


def _failed(failure: Exception) -> analyzer_pb2.AnalyzeResponse:
    return analyzer_pb2.AnalyzeResponse(
        diagnostics=[
            analyzer_pb2.AnalyzeDiagnostic(
                policyName=PACK_NAME,
                policyPackName=PACK_NAME,
                policyPackVersion=__version__,
                message=f"apig-cost cannot run ({type(failure).__name__}), so nothing can be said about the "
                "cost of this stack. Install it again; if that does not help, please report it.",
                enforcementLevel=analyzer_pb2.MANDATORY,
            )
        ]
    )


def _response(outcome: "Outcome") -> analyzer_pb2.AnalyzeResponse:
    return analyzer_pb2.AnalyzeResponse(
        diagnostics=[
            analyzer_pb2.AnalyzeDiagnostic(
                policyName=diagnostic.policy,
                policyPackName=PACK_NAME,
                policyPackVersion=__version__,
                message=diagnostic.message,
                enforcementLevel=_LEVELS[diagnostic.level],
                urn=diagnostic.urn or "",
            )
            for diagnostic in outcome.diagnostics
        ]
    )
