//! The work on an order as tasks.

code_system! {
    /// Kinds of a task, in the order of the work. Source: NHS England Genomics FHIR, task-code-genomics.
    pub enum TaskCode {
        /// The request is looked at.
        ProcessGenomicTestRequest = "process-genomic-test-request",
        /// Choices and samples are brought together with the request.
        RequestSampleAlignment = "request-sample-alignment",
        /// DNA is made of the sample.
        SamplePreparation = "sample-preparation",
        /// DNA is sequenced.
        SampleProcessing = "sample-processing",
        /// Sequences are analysed.
        GeneticGenomicDataProcessing = "genetic-genomic-data-processing",
        /// Scientists interpret the analysis.
        Interpretation = "interpretation",
        /// A report is written that a final one follows.
        ProduceInterimReport = "produce-interim-report",
        /// The case is talked about in a meeting.
        GenomicMdt = "genomic-mdt",
        /// The report is written.
        ProduceFinalReport = "produce-final-report",
        /// The report is delivered and read.
        DistributeReport = "distribute-report",
    }
}

code_system! {
    /// How far a task is. Source: FHIR R4, `http://hl7.org/fhir/task-status`.
    pub enum TaskStatus {
        /// It can begin.
        Requested = "requested",
        /// Somebody will do it.
        Accepted = "accepted",
        /// Nobody will do it.
        Rejected = "rejected",
        /// It is being done.
        InProgress = "in-progress",
        /// It is held up.
        OnHold = "on-hold",
        /// It is done.
        Completed = "completed",
        /// It could not be done.
        Failed = "failed",
        /// It is not needed any more.
        Cancelled = "cancelled",
        /// It should never have been.
        EnteredInError = "entered-in-error",
    }
}

code_system! {
    /// Why a task is held up. Source: NHS England Genomics FHIR, task-statusReason-genomics.
    pub enum TaskStatusReason {
        /// The request cannot be met.
        InvalidRequest = "invalid-request",
        /// The request was ended.
        TaskNoLongerRequired = "task-no-longer-required",
        /// A record of discussion is missing, and perhaps a sample too.
        AwaitingRecordOfDiscussion = "awaiting-rod-and-or-sample",
        /// A sample is missing.
        AwaitingSample = "awaiting-sample",
        /// The analysis stopped.
        PipelineError = "pipeline-error",
        /// Another reason, given in words.
        Other = "other",
    }
}

impl TaskCode {
    /// The code system's own name for it.
    pub fn display(self) -> &'static str {
        match self {
            TaskCode::ProcessGenomicTestRequest => "Process Genomic Test Request",
            TaskCode::RequestSampleAlignment => "Request & Sample Alignment",
            TaskCode::SamplePreparation => "Sample Preparation",
            TaskCode::SampleProcessing => "Sample Processing",
            TaskCode::GeneticGenomicDataProcessing => "Genetic/Genomic Data Processing",
            TaskCode::Interpretation => "Interpretation",
            TaskCode::ProduceInterimReport => "Produce Interim Report",
            TaskCode::GenomicMdt => "Genomic MDT",
            TaskCode::ProduceFinalReport => "Produce Final Report",
            TaskCode::DistributeReport => "Distribute Report",
        }
    }

    /// Its place in the order of the work, from 0.
    pub fn place(self) -> usize {
        self as usize
    }
}
